import { ConsiliumError } from '../errors/consilium-error.ts';

/**
 * Cuts a stream of bytes into ciphertexts of one size, whatever chunks it came in.
 * @throws ciphertext-truncated when the last one is not whole
 */
export async function* ciphertextRecords(chunks: AsyncIterable<Uint8Array>, recordBytes: number): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([rest, chunk]);
    let at = 0;
    for (; rest.length - at >= recordBytes; at += recordBytes) yield rest.subarray(at, at + recordBytes);
    rest = rest.subarray(at);
  }
  if (rest.length > 0) throw new ConsiliumError('ciphertext-truncated', `The last of them has ${rest.length} of ${recordBytes} bytes.`);
}
