import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a private file (0600, folder 0700) so that after a crash it is there whole or as it was before: beside its
 * place, flushed, renamed, and the folder flushed.
 */
export async function writeDurableFile(path: string, contents: Contents): Promise<void> {
  await writeBeside(path, contents, (file) => file.sync());
  await flushFolder(dirname(path));
}

/**
 * Writes a private file that can be had again: it is there whole as long as the machine runs. After a power cut it may be anything, so
 * that whoever reads it has to compare it with its digest.
 */
export async function writeCachedFile(path: string, contents: Contents): Promise<void> {
  await writeBeside(path, contents, async () => undefined);
}

type Contents = string | Uint8Array | AsyncIterable<Uint8Array>;

async function writeBeside(path: string, contents: Contents, beforeRename: (file: FileHandle) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomUUID()}.incomplete`;
  try {
    await using file = await open(beside, 'wx', 0o600);
    await file.writeFile(contents);
    await beforeRename(file);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}

/** A rename is durable once the folder is flushed. Windows cannot open a folder, and needs no such thing. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using folder = await open(path, 'r');
  await folder.sync();
}

/** The file's bytes, or nothing when it is not there. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    await using file = await open(path, 'r');
    return await file.readFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Names of what is in a folder, in order; none when the folder is not there. */
export async function namesIfThere(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
