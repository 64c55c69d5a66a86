import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../shared/clock.ts';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { Progress } from '../shared/command-line/progress.ts';
import { size } from '../shared/command-line/quantities.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { emptyAuditHead, followedBy } from '../shared/statements/audit-event.ts';
import { localOperator } from './access/caller.ts';
import { copyFolder, type BackupContents } from './backup/backup-contents.ts';
import type { BackupState } from './backup/backup-state.ts';
import { writeBackup } from './backup/backup.ts';
import { recordRestore } from './backup/coordinator-restore.ts';
import { restoreBackup } from './backup/restore.ts';
import { openCoordinatorFolder } from './federation/coordinator-folder.ts';
import { readStorageSettings } from './storage/storage-settings.ts';
import { PayloadFolder } from './store/payload-folder.ts';
import { checkDatabase, writeSnapshot } from './store/snapshot.ts';
import { Store, StoredCopy } from './store/store.ts';

const restoreHelp = `
The coordinator that the backup is of must never run again: two of one federation contradict each other.
What happened after the backup was taken is lost here, and the sites remember it:
  - a run under way goes on where nothing was lost, and otherwise fails; then start another run of the study
  - sites that joined or renewed their certificate since then join again, with --memory-of: consilium-coordinator invite FOLDER SITE --replace
  - revocations of sites and of access since then have to be made again
  - rosters since then have to be signed again, with the same members in the same order
  - heads of the audit log that were signed since then do not fit any more; the log says when it was restored`;

export function addBackupCommands(program: Command, io: CommandIo): void {
  program
    .command('backup')
    .description('Copy the whole coordinator, its keys included, also while it runs.')
    .argument('<folder>', 'the folder that init made')
    .requiredOption('--to <folder>', 'the new folder for the backup, which only its owner can read; keep it like the keys that it holds')
    .action(async (folder: string, { to }: { to: string }, command: Command) => {
      const { federation, databaseFile } = await openCoordinatorFolder(folder);
      const { keepContributionsMs } = await readStorageSettings(folder);
      if (!existsSync(databaseFile)) throw new ConsiliumError('not-initialised', `${databaseFile} is not there.`);
      using progress = new Progress(io.stderr);
      const contents = await writeBackup(to, {
        folder,
        federation,
        keepContributionsMs,
        inventory: new PayloadFolder(join(folder, 'payloads')),
        snapshot: (file) => writeSnapshot(databaseFile, file),
        readState: stateOf,
        clock: systemClock,
        signal: io.signal,
        onProgress: (text) => progress.update(text),
      });
      progress.clear();
      writeResult(command, io, summaryOf(contents, to), (stdout) => {
        stdout.write(`${to} holds ${contents.federation.name} as it was at ${contents.takenAt}: ${contents.payloads.length} payloads, ${size(bytesOf(contents))}.\n`);
        stdout.write(`It holds the federation's keys. Try it out with: consilium-coordinator restore --from ${to} --to NEWFOLDER\n`);
      });
    });

  program
    .command('restore')
    .description('Make a coordinator\'s folder from a backup, after everything in it was checked.')
    .addHelpText('after', restoreHelp)
    .requiredOption('--from <folder>', 'the folder that backup made')
    .requiredOption('--to <folder>', 'an empty folder, or one that is not there yet')
    .action(async ({ from, to }: { from: string; to: string }, command: Command) => {
      const { keepContributionsMs } = await readStorageSettings(join(from, copyFolder));
      using progress = new Progress(io.stderr);
      const contents = await restoreBackup(from, to, {
        keepContributionsMs,
        readState: stateOf,
        begin: async (databaseFile, restored) => {
          await using store = await Store.open(databaseFile);
          await recordRestore(store, restored, localOperator.name, systemClock);
        },
        signal: io.signal,
        onProgress: (text) => progress.update(text),
      });
      progress.clear();
      writeResult(command, io, summaryOf(contents, to), (stdout) => {
        stdout.write(`${to} holds ${contents.federation.name} as it was at ${contents.takenAt}.\n${restoreHelp}\n\nThen: consilium-coordinator serve ${to}\n`);
      });
    });
}

/** @throws database-damaged, audit-log-damaged */
async function stateOf(databaseFile: string): Promise<BackupState> {
  checkDatabase(databaseFile);
  await using copy = StoredCopy.open(databaseFile);
  let auditHead = emptyAuditHead;
  for (let page = await copy.read.audit.find({ after: 0, limit: 1000 }); page.length > 0; page = await copy.read.audit.find({ after: auditHead.sequence, limit: 1000 })) {
    auditHead = page.reduce(followedBy, auditHead);
  }
  return { references: await copy.read.payloadReferences.list(), auditHead };
}

function summaryOf(contents: BackupContents, folder: string): object {
  const { federation, version, takenAt, auditHead, files, payloads } = contents;
  return { folder, federation: federation.id, version, takenAt, auditHead, files: files.length, payloads: payloads.length, bytes: bytesOf(contents) };
}

function bytesOf({ files, payloads }: BackupContents): number {
  return [...files, ...payloads].reduce((sum, { bytes }) => sum + bytes, 0);
}
