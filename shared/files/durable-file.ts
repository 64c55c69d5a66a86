import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, fsync, mkdirSync, openSync, readdirSync, readFile, readFileSync, renameSync, rmSync, writeFile, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/**
 * What is smaller is read and written on the calling thread. Asking the thread pool for each step takes ten times as long, and a round
 * has a hundred of them; only flushing, which waits for the disk, is always asked of it.
 */
const smallBytes = 2 ** 18;

const flush = promisify(fsync);
const readWhole = promisify(readFile);
const writeAtEnd = promisify(writeFile);

/**
 * Writes a private file (0600, folder 0700) so that after a crash it is there whole or as it was before: beside its
 * place, flushed, renamed, and the folder flushed.
 */
export async function writeDurableFile(path: string, contents: Contents): Promise<void> {
  await writeFlushedFile(path, contents);
  await flushFolder(dirname(path));
}

/** The same without the folder: after a power cut the file may have gone, until the folder was flushed, as with the next durable file in it. */
export async function writeFlushedFile(path: string, contents: Contents): Promise<void> {
  await writeBeside(path, contents, flush);
}

/**
 * Writes a private file that can be had again: it is there whole as long as the machine runs. After a power cut it may be anything, so
 * that whoever reads it has to compare it with its digest.
 */
export async function writeCachedFile(path: string, contents: Contents): Promise<void> {
  await writeBeside(path, contents, async () => undefined);
}

type Contents = string | Uint8Array | AsyncIterable<Uint8Array>;

async function writeBeside(path: string, contents: Contents, beforeRename: (file: number) => Promise<void>): Promise<void> {
  const beside = `${path}.${randomUUID()}.incomplete`;
  const file = openNew(beside);
  try {
    try {
      await write(file, contents);
      await beforeRename(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** @returns a descriptor of a private file in a folder that is made when it is not there */
function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (!isMissing(error)) throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, 'wx', 0o600);
  }
}

async function write(file: number, contents: Contents): Promise<void> {
  if (typeof contents !== 'string' && !(contents instanceof Uint8Array)) {
    for await (const piece of contents) await write(file, piece);
  } else if (contents.length <= smallBytes) {
    writeFileSync(file, contents);
  } else {
    await writeAtEnd(file, contents);
  }
}

/** A rename is durable once the folder is flushed. Windows cannot open a folder, and needs no such thing. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    await flush(folder);
  } finally {
    closeSync(folder);
  }
}

/** The file's bytes, or nothing when it is not there. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    return fstatSync(file).size <= smallBytes ? readFileSync(file) : await readWhole(file);
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Names of what is in a folder, in order; none when the folder is not there. */
export function namesIfThere(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
