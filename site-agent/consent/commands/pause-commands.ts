import { Command } from 'commander';
import type { CommandIo } from '../../../shared/command-line/command-io.ts';
import { writeResult } from '../../../shared/command-line/command-result.ts';
import { openSiteFolder } from '../../identity/site-folder.ts';
import { ConsentRecords } from '../consent-records.ts';
import { byOption } from './by-option.ts';

export function pauseCommand(io: CommandIo): Command {
  return new Command('pause')
    .description('Take no new round and begin no run until resume. Sums to which the site has contributed are still opened, so that the others can go on.')
    .argument('<folder>', 'the site\'s folder')
    .addOption(byOption())
    .action(async (folder: string, { by }: { by: string }, command: Command) => {
      openSiteFolder(folder);
      await new ConsentRecords(folder).pause.begin(by);
      writeResult(command, io, { event: 'paused' }, (stdout) =>
        stdout.write(
          'The site is paused: it takes no new round, and runs that begin wait for it. A round that it has taken is finished, and sums to which it has contributed are still opened.\n' +
            `Go on with: consilium-site resume ${folder}\n`,
        ),
      );
    });
}

export function resumeCommand(io: CommandIo): Command {
  return new Command('resume')
    .description('Take rounds and begin runs again.')
    .argument('<folder>', 'the site\'s folder')
    .action(async (folder: string, _options: object, command: Command) => {
      openSiteFolder(folder);
      await new ConsentRecords(folder).pause.end();
      writeResult(command, io, { event: 'resumed' }, (stdout) => stdout.write('The site takes rounds and begins runs again.\n'));
    });
}
