import { Command, Option } from 'commander';
import { roleNames, roles as roleTexts, type Role } from '../shared/access/role.ts';
import { systemClock } from '../shared/clock.ts';
import { listeningOption } from '../shared/command-line/address-argument.ts';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { durationOption } from '../shared/command-line/duration-argument.ts';
import { moment } from '../shared/command-line/quantities.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { requireNewFile, writeNewPrivateFile } from '../shared/files/new-private-file.ts';
import { accessColumns } from '../shared/access/access-columns.ts';
import { formatConnection } from '../shared/http-api/connection-file.ts';
import { openIdConnectLoginSchema } from '../shared/http-api/open-id-connect-login.ts';
import { formatAddress, type Address } from '../shared/tls/address.ts';
import { Access } from './access/access.ts';
import { localOperator } from './access/caller.ts';
import { openCoordinatorFolder } from './federation/coordinator-folder.ts';
import { readOpenIdConnectSettings } from './http/open-id-connect/open-id-connect-settings.ts';
import { Store } from './store/store.ts';
import { accessView } from './views/access-view.ts';

const examples = `
Roles:
${roleNames.map((role) => `  ${role.padEnd(15)} may ${roleTexts[role]}`).join('\n')}
Every role may also do what a viewer may.

Examples:
  consilium-coordinator access grant /srv/consilium ada --role data-scientist --output ada.json
  consilium-coordinator access grant /srv/consilium dashboard --role viewer --valid 365d --output dashboard.json
  consilium-coordinator access list /srv/consilium
  consilium-coordinator access revoke /srv/consilium 5d1c0a9be2f4`;

const openIdConnectExample = `
The coordinator takes an organisation's word for who somebody is when open-id-connect.json lies in its folder at the start:
  {
    "issuer": "https://login.example.org",
    "audience": "https://consilium.example.org",
    "rolesClaim": "groups",
    "roles": { "research": ["data-scientist"], "data-protection": ["auditor"] },
    "clientId": "consilium-command-line"
  }
Also possible: "nameClaim" (sub), "scope" (openid offline_access), "resource", "certificateAuthority" (PEM).
A nested claim is a list: "rolesClaim": ["realm_access", "roles"].

Example:
  consilium-coordinator access connection /srv/consilium --output people.json`;

/** Who may use the HTTP API. A running coordinator looks each request up, so all of this holds at once. */
export function accessCommands(io: CommandIo): Command {
  const access = new Command('access').description('Give and take away access to the HTTP API; also while the coordinator runs.').addHelpText('after', examples);

  access
    .command('grant')
    .description('Make a connection file with an access token for one person or machine.')
    .argument('<folder>', 'the folder that init made')
    .argument('<name>', 'of the person or machine; the audit log knows them by it')
    .addOption(new Option('--role <role...>', 'what they may do').choices(roleNames).makeOptionMandatory())
    .addOption(durationOption('--valid <time>', 'how long it can be used, up to 366d', '90d'))
    .addOption(httpAddressOption())
    .requiredOption('--output <file>', 'the new private file that the connection goes into')
    .action(async (folder: string, name: string, options: { role: Role[]; valid: number; httpAddress: Address; output: string }, command: Command) => {
      requireNewFile(options.output);
      const { authority, databaseFile } = await openCoordinatorFolder(folder);
      await using store = await Store.open(databaseFile);
      const { grant, token } = await new Access(store, systemClock).grant({ name, roles: options.role, validityMs: options.valid }, localOperator);
      writeNewPrivateFile(options.output, formatConnection({ url: urlOf(options.httpAddress), token, certificateAuthority: authority.certificate.toString() }));
      writeResult(command, io, { ...accessView(grant), file: options.output }, (stdout) => {
        stdout.write(`${name} may ${grant.roles.map((role) => roleTexts[role]).join('; ')}, until ${moment(grant.expiresAtMs)}.\n`);
        stdout.write(`They reach the HTTP API at ${urlOf(options.httpAddress)}; where it is another address, grant the access again with --http-address.\n`);
        stdout.write(`The connection file is ${options.output}: send it on a way that you trust, and keep no copy.\n`);
        stdout.write(`End it with: consilium-coordinator access revoke ${folder} ${grant.id}\n`);
      });
    });

  access
    .command('list')
    .description('List who has access by a connection file, and who had.')
    .argument('<folder>', 'the folder that init made')
    .action(async (folder: string, _options: object, command: Command) => {
      const { databaseFile } = await openCoordinatorFolder(folder);
      await using store = await Store.open(databaseFile);
      const found = (await store.read.accessGrants.list()).map(accessView);
      writeResult(command, io, { access: found }, (stdout) => writeTable(stdout, accessColumns(systemClock), found));
    });

  access
    .command('revoke')
    .description('End an access at once.')
    .argument('<folder>', 'the folder that init made')
    .argument('<id>', 'as access list shows it')
    .action(async (folder: string, id: string, _options: object, command: Command) => {
      const { databaseFile } = await openCoordinatorFolder(folder);
      await using store = await Store.open(databaseFile);
      const revoked = accessView(await new Access(store, systemClock).revoke(id, localOperator.name));
      writeResult(command, io, revoked, (stdout) => stdout.write(`The access ${id} of ${revoked.name} is revoked.\n`));
    });

  access
    .command('connection')
    .description('Make a connection file for people who log in at their organisation; it holds no secret.')
    .addHelpText('after', openIdConnectExample)
    .argument('<folder>', 'the folder that init made, with its open-id-connect.json')
    .addOption(httpAddressOption())
    .requiredOption('--output <file>', 'the new file')
    .action(async (folder: string, options: { httpAddress: Address; output: string }, command: Command) => {
      const { authority } = await openCoordinatorFolder(folder);
      const settings = await readOpenIdConnectSettings(folder);
      if (!settings) throw new ConsiliumError('no-organisation-login', `${folder} has no open-id-connect.json.`);
      const openIdConnect = openIdConnectLoginSchema.strip().parse(settings);
      writeNewPrivateFile(options.output, formatConnection({ url: urlOf(options.httpAddress), openIdConnect, certificateAuthority: authority.certificate.toString() }));
      writeResult(command, io, { file: options.output }, (stdout) => stdout.write(`People use it like this:\n  consilium --connection ${options.output} login\n`));
    });

  return access;
}

export function httpAddressOption(): Option {
  return listeningOption('--http-address <host:port>', 'where people reach the HTTP API; goes into the connection file', defaultHttpAddress);
}

export const defaultHttpAddress = '127.0.0.1:8444';

export function urlOf(httpAddress: Address): string {
  return `https://${formatAddress(httpAddress)}`;
}
