import type { Command } from 'commander';
import type { CommandIo } from '../../shared/command-line/command-io.ts';
import { writeResult } from '../../shared/command-line/command-result.ts';
import { moment } from '../../shared/command-line/quantities.ts';
import { writeTable } from '../../shared/command-line/table.ts';
import { openSiteFolder } from '../identity/site-folder.ts';
import { siteAuditEvents, siteAuditFile } from './site-audit.ts';

/** `consilium-site audit`: what this site refused. Works offline, and while the agent runs. */
export function addAuditCommand(program: Command, io: CommandIo): void {
  program
    .command('audit')
    .description('List what this site refused, after checking that the record is unchanged. Ends with 6 when it is not.')
    .argument('<folder>', "the site's folder")
    .action(async (folder: string, _options: object, command: Command) => {
      openSiteFolder(folder);
      const events = await Array.fromAsync(siteAuditEvents(siteAuditFile(folder)));
      const rows = events.map(({ detail, ...event }) => ({ ...event, detail: JSON.parse(detail) as { code?: string; message?: string } }));
      writeResult(command, io, { events: rows }, (stdout) => {
        if (rows.length === 0) return void stdout.write('This site has refused nothing.\n');
        writeTable(stdout, [
          { title: 'EVENT', text: ({ sequence }) => String(sequence), align: 'right' },
          { title: 'TIME', text: ({ atMs }) => moment(atMs) },
          { title: 'WHAT', text: ({ action }) => action },
          { title: 'ABOUT', text: ({ subject }) => subject },
          { title: 'CODE', text: ({ detail }) => detail.code ?? '' },
          { title: 'WHY', text: ({ detail }) => detail.message ?? '' },
        ], rows);
      });
    });
}
