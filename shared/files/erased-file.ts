import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flushFolder } from './durable-file.ts';

/**
 * Overwrites a file's own blocks, flushes, and removes it; a file that is not there is left at that. A file system that
 * copies on write, and a drive that levels wear, may keep old blocks nevertheless: only encrypting the disk helps there.
 */
export async function eraseFile(path: string): Promise<void> {
  try {
    await using file = await open(path, 'r+');
    const { size } = await file.stat();
    await file.write(new Uint8Array(size), 0, size, 0);
    await file.sync();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(path);
  await flushFolder(dirname(path));
}
