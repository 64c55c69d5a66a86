import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { chunkBytes } from '../../shared/wire/transport-options.ts';

/** SHA-256 of what is in a file from its beginning, to be gone on with or ended. */
export async function hashOf(file: FileHandle): Promise<Hash> {
  const hash = createHash('sha256');
  const bytes = Buffer.alloc(chunkBytes);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(bytes, 0, chunkBytes, at);
    if (bytesRead === 0) return hash;
    hash.update(bytes.subarray(0, bytesRead));
    at += bytesRead;
  }
}
