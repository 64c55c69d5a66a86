import { join } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../shared/clock.ts';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { size } from '../shared/command-line/quantities.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { localOperator } from './access/caller.ts';
import { openCoordinatorFolder } from './federation/coordinator-folder.ts';
import { PayloadCollection, storedKinds, total } from './retention/payload-collection.ts';
import { readStorageSettings } from './storage/storage-settings.ts';
import { PayloadFolder } from './store/payload-folder.ts';
import { Store } from './store/store.ts';

const help = `
A running coordinator does the same by itself at its start and every hour. Contributions and encrypted sums go a day after
their round has ended; storage.json in the folder says otherwise: { "keepContributionsHours": 72 }
Opened sums and models stay: evidence is made of them.`;

export function collectCommand(io: CommandIo): Command {
  return new Command('collect')
    .description('Remove payloads that nothing needs any more; also while the coordinator runs.')
    .addHelpText('after', help)
    .argument('<folder>', 'the folder that init made')
    .option('--dry-run', 'say what would go, and remove nothing')
    .action(async (folder: string, { dryRun = false }: { dryRun?: boolean }, command: Command) => {
      const { databaseFile } = await openCoordinatorFolder(folder);
      const { keepContributionsMs } = await readStorageSettings(folder);
      await using store = await Store.open(databaseFile);
      const collection = new PayloadCollection({ store, inventory: new PayloadFolder(join(folder, 'payloads')), keepContributionsMs, clock: systemClock });
      const { stored, collectable } = await (dryRun ? collection.look() : collection.collect(localOperator.name));
      writeResult(command, io, { dryRun, stored, collected: collectable }, (stdout) => {
        const rows = storedKinds.map((kind) => ({ kind, had: stored[kind], gone: collectable[kind] }));
        writeTable(stdout, [
          { title: 'KIND', text: ({ kind }) => kind },
          { title: 'PAYLOADS', text: ({ had }) => String(had.payloads) },
          { title: 'SIZE', text: ({ had }) => size(had.bytes) },
          { title: dryRun ? 'WOULD GO' : 'REMOVED', text: ({ gone }) => `${gone.payloads} (${size(gone.bytes)})` },
        ], rows);
        const { payloads, bytes } = total(collectable);
        stdout.write(`${dryRun ? 'Would remove' : 'Removed'} ${payloads} payloads, ${size(bytes)}.\n`);
      });
    });
}
