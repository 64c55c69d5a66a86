import { endianness } from 'node:os';

/** 32-bit numbers as little-endian bytes, whatever the machine: how weights and sums are stored, sent and hashed. May share memory with `values`. */
export function littleEndianBytes(values: Float32Array | Uint32Array): Uint8Array {
  return inNativeOrder(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
}

/** The numbers behind such bytes. May share memory with `bytes`. */
export function float32FromBytes(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, byteLength } = aligned(bytes);
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

/** The numbers behind such bytes. May share memory with `bytes`. */
export function uint32FromBytes(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, byteLength } = aligned(bytes);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** In the machine's order, at an address that 32-bit numbers may have. */
function aligned(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength % 4 !== 0) throw new RangeError(`${bytes.byteLength} bytes are no 32-bit numbers.`);
  const native = inNativeOrder(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return native.byteOffset % 4 === 0 ? native : new Uint8Array(native);
}

function inNativeOrder(bytes: Buffer): Buffer {
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}
