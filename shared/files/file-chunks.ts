import { open } from 'node:fs/promises';

export const chunkMaxBytes = 2 ** 18;

/**
 * A file's bytes from `start` to before `end`, in chunks of at most 256 KiB. Node's own stream takes a buffer of its full size for each
 * read, also where a few bytes are left, and the collector of garbage comes for every 64 MiB of buffers.
 *
 * @param maxBytes of the next chunk, asked before each
 */
export async function* fileChunks(path: string, { start = 0, end = Infinity, maxBytes = () => chunkMaxBytes }: { start?: number; end?: number; maxBytes?: () => number } = {}): AsyncGenerator<Buffer> {
  await using file = await open(path, 'r');
  const last = Math.min(end, (await file.stat()).size);
  for (let at = start; at < last; ) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(maxBytes(), last - at));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return; // it was cut meanwhile
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
