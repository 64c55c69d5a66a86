import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { flushFolder } from '../../shared/files/durable-file.ts';
import { requireVacant } from '../../shared/files/private-folder.ts';
import { neededPayloads } from '../retention/payload-reference.ts';
import { copyFolder, payloadPath, readContents, type BackupContents } from './backup-contents.ts';
import type { ReadState } from './backup-state.ts';
import { copyFlushed } from './flushed-copy.ts';

/** What makes a folder a coordinator's; it comes last. */
const federationFile = 'federation.json';
/** While it is there the folder is not whole, and counts as vacant. */
const markFolder = '.incomplete';

export interface RestoreParts {
  readonly readState: ReadState;
  /** Makes the copied database the state of a coordinator that was restored now, before it can be started. */
  readonly begin: (databaseFile: string, contents: BackupContents) => Promise<void>;
  readonly keepContributionsMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/**
 * Makes a coordinator's folder from a backup, after every byte of it, the chain of the audit log, and every payload that
 * the database needs were checked.
 *
 * @param target an empty folder, or one that is not there yet
 * @throws folder-in-use, backup-damaged, database-damaged, audit-log-damaged
 */
export async function restoreBackup(backup: string, target: string, parts: RestoreParts): Promise<BackupContents> {
  const { signal, onProgress } = parts;
  const contents = await readContents(backup);
  requireVacant(target);
  const existed = existsSync(target);
  try {
    await mkdir(join(target, markFolder), { recursive: true, mode: 0o700 });
    for (const name of await readdir(target)) if (name !== markFolder && name !== 'lost+found') await rm(join(target, name), { recursive: true });
    const files = contents.files.map(({ path, bytes, sha256 }) => ({ path, to: path === federationFile ? join(markFolder, path) : path, bytes, sha256 }));
    const payloads = contents.payloads.map(({ digest, bytes }) => ({ path: payloadPath(digest), to: payloadPath(digest), bytes, sha256: digest }));
    for (const [index, { path, to, bytes, sha256 }] of [...files, ...payloads].entries()) {
      const from = join(backup, copyFolder, path);
      if (!existsSync(from)) throw new ConsiliumError('backup-damaged', `${from} is missing.`);
      const copied = await copyFlushed(from, join(target, to), signal);
      if (copied.bytes !== bytes || copied.sha256 !== sha256) throw new ConsiliumError('backup-damaged', `${from} is not what it was.`);
      onProgress(`${index + 1} of ${files.length + payloads.length} files are copied and checked.`);
    }
    await checkState(join(target, 'coordinator.sqlite'), contents, parts);
    await parts.begin(join(target, 'coordinator.sqlite'), contents);
    for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) if (entry.isDirectory()) await flushFolder(join(entry.parentPath, entry.name));
    signal.throwIfAborted();
    await rename(join(target, markFolder, federationFile), join(target, federationFile));
    await rm(join(target, markFolder), { recursive: true });
    await flushFolder(target);
    return contents;
  } catch (error) {
    for (const name of existsSync(target) ? await readdir(target) : []) if (name !== 'lost+found') await rm(join(target, name), { recursive: true, force: true });
    if (!existed) await rm(target, { recursive: true, force: true });
    throw error;
  }
}

/** The database names only what is there, and its audit log ends where the backup says. */
async function checkState(databaseFile: string, { auditHead, payloads, takenAt }: BackupContents, { readState, keepContributionsMs }: RestoreParts): Promise<void> {
  const state = await readState(databaseFile);
  if (state.auditHead.sequence !== auditHead.sequence || state.auditHead.hash !== auditHead.hash) throw new ConsiliumError('backup-damaged', 'Its audit log ends with another event than it says.');
  const there = new Set(payloads.map(({ digest }) => digest));
  const missing = [...neededPayloads(state.references, { keepContributionsMs, nowMs: Date.parse(takenAt) }).keys()].filter((digest) => !there.has(digest));
  if (missing.length > 0) throw new ConsiliumError('backup-damaged', `Its database needs ${missing.length} payloads that it does not hold, among them ${missing[0]}.`);
}
