import { createHash, type Hash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';

/** All of a file goes through one buffer of this size. */
const bufferBytes = 2 ** 20;

/** SHA-256 of what is in a file from its beginning, to be gone on with or ended. */
export async function hashOf(file: FileHandle): Promise<Hash> {
  const hash = createHash('sha256');
  const { size } = await file.stat();
  const bytes = Buffer.allocUnsafeSlow(Math.min(bufferBytes, Math.max(size, 1)));
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
    if (bytesRead === 0) return hash;
    hash.update(bytes.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** SHA-256 of a file, hex. */
export async function fileDigest(path: string): Promise<string> {
  await using file = await open(path, 'r');
  return (await hashOf(file)).digest('hex');
}

/** Whether a file is there and has this SHA-256 (hex). */
export async function hasDigest(path: string, digest: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined && (await fileDigest(path)) === digest;
}
