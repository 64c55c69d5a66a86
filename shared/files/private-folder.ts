import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, rmdirSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConsiliumError } from '../errors/consilium-error.ts';
import { requireOwnerOnly } from './owner-only.ts';

const stagingName = '.incomplete';

/** Paths inside the folder, with `/`, to contents. The last one is written last: its presence says that the folder is whole. */
export type FolderContents = Readonly<Record<string, string | Uint8Array>>;

/**
 * Whether the folder may be filled: it is not there, or it is this user's own and is empty or holds only what a killed
 * `fillFolder` left.
 *
 * @throws ConsiliumError `folder-in-use`, `file-not-private` for another user's folder, which this one cannot close
 */
export function requireVacant(folder: string): void {
  if (entriesOf(folder).length > 0 && !existsSync(join(folder, stagingName))) {
    throw new ConsiliumError('folder-in-use', `${folder} is not empty.`);
  }
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found && found.uid !== process.geteuid?.()) requireOwnerOnly([folder]);
}

/**
 * Fills a vacant folder that only its owner can read (0700, files 0600), all or nothing: on an error nothing is
 * left, and what a kill leaves counts as vacant. Works in place, because the folder may be a mounted volume.
 *
 * @throws ConsiliumError `folder-in-use`
 */
export function fillFolder(folder: string, contents: FolderContents): void {
  requireVacant(folder);
  const staging = join(folder, stagingName);
  const existed = existsSync(folder);
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  try {
    if (existed && (statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
    empty(folder, stagingName);
    empty(staging);
    for (const [path, content] of Object.entries(contents)) writeDurably(join(staging, path), content);
    for (const path of Object.keys(contents)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
      renameSync(join(staging, path), join(folder, path));
      syncFolder(dirname(join(folder, path)));
    }
    rmSync(staging, { recursive: true });
    syncFolder(folder);
  } catch (error) {
    empty(folder);
    if (!existed) rmdirSync(folder);
    throw error;
  }
}

function entriesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name !== 'lost+found'); // every fresh ext4 volume has one
}

function empty(folder: string, ...except: string[]): void {
  for (const name of entriesOf(folder)) if (!except.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
}

function writeDurably(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, Buffer.from(content));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the names in a folder durable. Windows cannot open a folder, and needs no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
