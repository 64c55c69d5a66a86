import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isoTime, type Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { flushFolder, writeDurableFile } from '../../shared/files/durable-file.ts';
import { packageVersion } from '../../shared/package-version.ts';
import type { Federation } from '../federation/coordinator-folder.ts';
import type { PayloadInventory } from '../retention/payload-inventory.ts';
import { neededPayloads } from '../retention/payload-reference.ts';
import { contentsFile, copyFolder, payloadPath, type BackupContents } from './backup-contents.ts';
import type { ReadState } from './backup-state.ts';
import { copyFlushed } from './flushed-copy.ts';

/** What is not copied as it is: the database and payloads have a way of their own, and the rest belongs to a running process. */
const leftOut: ReadonlySet<string> = new Set(['coordinator.sqlite', 'coordinator.sqlite-wal', 'coordinator.sqlite-shm', 'lock.sqlite', 'payloads', 'backups']);

const collectionWaitMs = 60_000;

export interface BackupParts {
  /** The coordinator's, which may run. */
  readonly folder: string;
  readonly federation: Federation;
  readonly inventory: Pick<PayloadInventory, 'lock'>;
  readonly keepContributionsMs: number;
  /** Writes what the database holds now into a new file. */
  readonly snapshot: (file: string) => Promise<void>;
  readonly readState: ReadState;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/**
 * Copies a coordinator's folder: first the database as it is at one moment, then the payloads that it needs, which never
 * change and which nobody removes meanwhile. The backup gets its name when it is whole.
 *
 * @param target not there yet
 * @throws folder-in-use, payload-damaged, not-found, folder-locked
 */
export async function writeBackup(target: string, parts: BackupParts): Promise<BackupContents> {
  const { folder, inventory, signal } = parts;
  if (existsSync(target)) throw new ConsiliumError('folder-in-use', `${target} is there already.`);
  if (!relative(folder, resolve(target)).startsWith('..')) throw new ConsiliumError('folder-in-use', 'A backup does not belong into the folder that it is of.');
  const incomplete = `${resolve(target)}.incomplete`;
  await rm(incomplete, { recursive: true, force: true });
  try {
    using _nobodyRemoves = inventory.lock(collectionWaitMs);
    await mkdir(incomplete, { recursive: true, mode: 0o700 });
    const contents = await fill(incomplete, parts);
    signal.throwIfAborted();
    await rename(incomplete, resolve(target));
    await flushFolder(dirname(resolve(target)));
    return contents;
  } finally {
    await rm(incomplete, { recursive: true, force: true });
  }
}

async function fill(backup: string, { folder, federation, keepContributionsMs, snapshot, readState, clock, signal, onProgress }: BackupParts): Promise<BackupContents> {
  const takenAt = isoTime(clock);
  const copy = join(backup, copyFolder);
  await mkdir(copy, { mode: 0o700 });
  onProgress('The database is copied.');
  const taken = join(copy, 'snapshot.sqlite');
  await snapshot(taken);
  const database = await copyFlushed(taken, join(copy, 'coordinator.sqlite'), signal);
  await rm(taken);
  const { references, auditHead } = await readState(join(copy, 'coordinator.sqlite'));
  const files: BackupContents['files'] = [{ path: 'coordinator.sqlite', ...database }];
  for (const path of await settingsIn(folder)) files.push({ path, ...(await copyFlushed(join(folder, path), join(copy, path), signal)) });
  const payloads: BackupContents['payloads'] = [];
  const needed = [...neededPayloads(references, { keepContributionsMs, nowMs: Date.parse(takenAt) }).keys()].sort();
  for (const digest of needed) {
    if (!existsSync(join(folder, payloadPath(digest)))) throw new ConsiliumError('payload-damaged', `The payload ${digest} is missing.`);
    const { bytes, sha256 } = await copyFlushed(join(folder, payloadPath(digest)), join(copy, payloadPath(digest)), signal);
    if (sha256 !== digest) throw new ConsiliumError('payload-damaged', `The payload is ${digest}.`);
    payloads.push({ digest, bytes });
    onProgress(`${payloads.length} of ${needed.length} payloads are copied.`);
  }
  for (const entry of await readdir(backup, { recursive: true, withFileTypes: true })) if (entry.isDirectory()) await flushFolder(join(entry.parentPath, entry.name));
  const { id, name } = federation;
  const contents: BackupContents = { format: 1, federation: { id, name }, version: packageVersion(), takenAt, auditHead, files, payloads };
  await writeDurableFile(join(backup, contentsFile), `${JSON.stringify(contents, undefined, 1)}\n`);
  return contents;
}

/** Keys, certificates and settings, whatever their names; paths with `/`. */
async function settingsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return paths.filter((path) => !leftOut.has(path.split('/')[0] as string) && !basename(path).endsWith('.incomplete')).sort();
}
