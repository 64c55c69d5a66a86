import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileChunks } from '../../shared/files/file-chunks.ts';

export interface CopiedFile {
  readonly bytes: number;
  /** Of what was read and written, hex. */
  readonly sha256: string;
}

/** Copies a file to a new private one (0600, folders 0700), flushed. */
export async function copyFlushed(from: string, to: string, signal: AbortSignal): Promise<CopiedFile> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await using target = await open(to, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of fileChunks(from)) {
    signal.throwIfAborted();
    hash.update(chunk);
    bytes += chunk.length;
    await target.writeFile(chunk);
  }
  await target.sync();
  return { bytes, sha256: hash.digest('hex') };
}
