import { endianness } from 'node:os';

/** 32-bit numbers as little-endian bytes, whatever the machine: how weights and sums are stored, sent and hashed. May share memory with `values`. */
export function littleEndianBytes(values: Float32Array | Uint32Array): Uint8Array {
  return inNativeOrder(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
}

export function float32FromBytes(bytes: Uint8Array): Float32Array {
  return new Float32Array(aligned(bytes));
}

export function uint32FromBytes(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(aligned(bytes));
}

function aligned(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes);
  inNativeOrder(Buffer.from(copy.buffer)).copy(copy);
  return copy.buffer;
}

function inNativeOrder(bytes: Buffer): Buffer {
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}
