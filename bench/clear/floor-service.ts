import type { MethodDefinition } from '@grpc/proto-loader';
import { chunkBytes } from '../../shared/wire/transport-options.ts';

/**
 * Model weights as they are, in chunks, over the connection that sites and coordinator have: what a round costs when nothing is encrypted,
 * recorded, stored, agreed or checked. There is no such service in Consilium.
 */
const method = (name: string, streams: { requestStream: boolean; responseStream: boolean }): MethodDefinition<Buffer, never, unknown, Buffer> => {
  const asItIs = (bytes: Buffer) => bytes;
  return { path: `/consilium.bench.Floor/${name}`, ...streams, requestSerialize: asItIs, responseSerialize: asItIs, requestDeserialize: asItIs, responseDeserialize: asItIs } as never;
};

export const floorService = {
  /** One byte in; the round's base out, as soon as the round begins. */
  base: method('Base', { requestStream: false, responseStream: true }),
  /** A site's new weights in; one byte out when they are added. */
  update: method('Update', { requestStream: true, responseStream: false }),
};

export function* chunksOf(weights: Float32Array): Generator<Buffer> {
  const bytes = Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength);
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** Calls back with the values of each chunk and the place of the first. */
export async function eachChunk(chunks: AsyncIterable<Buffer>, take: (values: Float32Array, at: number) => void): Promise<void> {
  let at = 0;
  for await (const chunk of chunks) {
    const values = new Float32Array(chunk.length / Float32Array.BYTES_PER_ELEMENT);
    chunk.copy(Buffer.from(values.buffer)); // a message need not begin at a multiple of four
    take(values, at);
    at += values.length;
  }
}
