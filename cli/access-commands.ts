import { Command, Option } from 'commander';
import { accessColumns } from '../shared/access/access-columns.ts';
import { roleNames, type Role } from '../shared/access/role.ts';
import { systemClock } from '../shared/clock.ts';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { durationOption } from '../shared/command-line/duration-argument.ts';
import { moment } from '../shared/command-line/quantities.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { requireNewFile, writeNewPrivateFile } from '../shared/files/new-private-file.ts';
import { accessListResource, accessResource, newAccessResource } from '../shared/http-api/access-resource.ts';
import { formatConnection } from '../shared/http-api/connection-file.ts';
import { connect, connectionOf } from './coordinator-connection.ts';

const dayMs = 86_400_000;

export function accessCommands(io: CommandIo): Command {
  const access = new Command('access').description('who may use the coordinator, and for what');

  access
    .command('grant')
    .description('Make a connection file for one person or machine, with roles that you have too.')
    .argument('<name>', 'of the person or machine; the audit log knows them by it')
    .addOption(new Option('--role <role...>', 'what they may do').choices(roleNames).makeOptionMandatory())
    .addOption(durationOption('--valid <time>', 'how long it can be used, up to 366d', '90d'))
    .requiredOption('--output <file>', 'the new private file that the connection goes into')
    .action(async (name: string, options: { role: Role[]; valid: number; output: string }, command: Command) => {
      requireNewFile(options.output);
      const { url, certificateAuthority } = (await connectionOf(command, io)).connection;
      const made = await (await connect(command, io)).post('/access', { name, roles: options.role, validDays: options.valid / dayMs }, newAccessResource);
      writeNewPrivateFile(options.output, formatConnection({ url, token: made.token, certificateAuthority }));
      const { id, expiresAt } = made.access;
      writeResult(command, io, { ...made.access, file: options.output }, (stdout) => {
        stdout.write(`The connection file for ${name} is ${options.output}, until ${moment(Date.parse(expiresAt))}: send it on a way that you trust, and keep no copy.\n`);
        stdout.write(`End it with: consilium access revoke ${id}\n`);
      });
    });

  access
    .command('list')
    .description('List who has access by a connection file, and who had.')
    .action(async (_options: object, command: Command) => {
      const found = await (await connect(command, io)).get('/access', accessListResource);
      writeResult(command, io, found, (stdout) => writeTable(stdout, accessColumns(systemClock), found.access));
    });

  access
    .command('revoke')
    .description('End an access at once.')
    .argument('<id>', 'as access list shows it')
    .action(async (id: string, _options: object, command: Command) => {
      const revoked = await (await connect(command, io)).post(`/access/${encodeURIComponent(id)}/revocation`, {}, accessResource);
      writeResult(command, io, revoked, (stdout) => stdout.write(`The access ${id} of ${revoked.name} is revoked.\n`));
    });

  return access;
}
