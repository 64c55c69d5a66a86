import { once } from 'node:events';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { roleNames } from '../shared/access/role.ts';
import { systemClock } from '../shared/clock.ts';
import { addressArgument, listeningOption } from '../shared/command-line/address-argument.ts';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { durationOption } from '../shared/command-line/duration-argument.ts';
import { moment } from '../shared/command-line/quantities.ts';
import { runCommand } from '../shared/command-line/run-command.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { formatBundle } from '../shared/enrolment/bundle.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { lockFolder } from '../shared/files/folder-lock.ts';
import { requireNewFile, writeNewPrivateFile } from '../shared/files/new-private-file.ts';
import { formatConnection } from '../shared/http-api/connection-file.ts';
import { createLogger, type LogLevel } from '../shared/logs/logger.ts';
import { formatAddress, parseAddress, type Address } from '../shared/tls/address.ts';
import { readableFingerprint } from '../shared/tls/fingerprint.ts';
import { Access } from './access/access.ts';
import { grantNameSchema } from './access/access-grant.ts';
import { accessCommands, defaultHttpAddress, httpAddressOption, urlOf } from './access-commands.ts';
import { localOperator } from './access/caller.ts';
import { addBackupCommands } from './backup-commands.ts';
import { collectCommand } from './collect-command.ts';
import { startCoordinator } from './coordinator.ts';
import { createInvitation } from './enrolment/invitation.ts';
import { initCoordinator, openCoordinatorFolder } from './federation/coordinator-folder.ts';
import { revokeSite } from './sites/revocation.ts';
import { Store } from './store/store.ts';
import { siteView } from './views/site-view.ts';

const sitePort = 8443;

export function main(argv: string[], io: CommandIo): Promise<number> {
  const program = new Command('consilium-coordinator')
    .description('Runs the coordinator of a federation: it adds what sites contribute without being able to read it.')
    .addHelpText('after', examples);
  addInit(program, io);
  addServe(program, io);
  addInvite(program, io);
  addSites(program, io);
  addRevoke(program, io);
  program.addCommand(accessCommands(io));
  program.addCommand(collectCommand(io));
  addBackupCommands(program, io);
  return runCommand(program, argv, io);
}

const examples = `
Examples:
  consilium-coordinator init /srv/consilium --name "Heart study group" --host consilium.example.org
  consilium-coordinator serve /srv/consilium
  consilium-coordinator invite /srv/consilium mercy --output mercy.bundle
  consilium-coordinator sites /srv/consilium --json
  consilium-coordinator revoke /srv/consilium mercy
  consilium-coordinator access grant /srv/consilium ada --role data-scientist --output ada.json
  consilium-coordinator collect /srv/consilium --dry-run
  consilium-coordinator backup /srv/consilium --to /backup/consilium-monday
  consilium-coordinator restore --from /backup/consilium-monday --to /srv/consilium-restored`;

function addInit(program: Command, io: CommandIo): void {
  program
    .command('init')
    .description('Found a federation: its keys, its database and a first connection file, which may do everything.')
    .argument('<folder>', 'an empty folder, or one that is not there yet')
    .requiredOption('--name <name>', 'what people call the federation')
    .requiredOption('--host <host...>', 'DNS names and IP addresses under which sites reach the coordinator', collectHosts)
    .addOption(httpAddressOption())
    .addOption(new Option('--operator <name>', 'whose connection file it is; the audit log knows them by it').argParser(grantName).default('operator'))
    .action(async (folder: string, options: { name: string; host: string[]; httpAddress: Address; operator: string }, command: Command) => {
      const { federation, authority, databaseFile } = await initCoordinator(folder, { name: options.name, hosts: options.host, clock: systemClock });
      await using store = await Store.open(databaseFile);
      const { grant, token } = await new Access(store, systemClock).grant({ name: options.operator, roles: roleNames }, localOperator);
      const connectionFile = join(folder, 'operator.json');
      writeNewPrivateFile(connectionFile, formatConnection({ url: urlOf(options.httpAddress), token, certificateAuthority: authority.certificate.toString() }));
      const { id, name } = federation;
      const accessExpiresAt = moment(grant.expiresAtMs);
      writeResult(command, io, { folder, federation: id, name, fingerprint: authority.fingerprint, connectionFile, accessExpiresAt }, (stdout) => {
        stdout.write(`Founded "${name}" in ${folder}.\nIts fingerprint: ${readableFingerprint(authority.fingerprint)}\n\nNext:\n`);
        stdout.write(`  consilium-coordinator serve ${folder}\n  consilium-coordinator invite ${folder} SITE\n  consilium --connection ${connectionFile} site list\n\n`);
        stdout.write(`WHOEVER HAS ${connectionFile} MAY DO EVERYTHING: steer studies, invite sites, give access, read the audit log.\n`);
        stdout.write(`It is the access of "${grant.name}" until ${accessExpiresAt}. Move it to whoever runs the federation, and give others less:\n`);
        stdout.write(`  consilium-coordinator access grant ${folder} NAME --role data-scientist --output FILE\n\nBack up ${folder}; it holds the federation's keys.\n`);
      });
    });
}

function addServe(program: Command, io: CommandIo): void {
  program
    .command('serve')
    .description('Run the coordinator until SIGTERM or SIGINT; runs that had not ended go on.')
    .argument('<folder>', 'the folder that init made')
    .addOption(listeningOption('--site-address <host:port>', 'where sites dial in', `0.0.0.0:${sitePort}`))
    .addOption(listeningOption('--http-address <host:port>', 'where the HTTP API listens', defaultHttpAddress))
    .addOption(listeningOption('--metrics-address <host:port>', 'where /metrics, /healthz and /readyz are served', '127.0.0.1:9464'))
    .addOption(new Option('--log-level <level>', 'how much is logged, on standard error').choices(['error', 'warn', 'info', 'debug']).default('info'))
    .action(async (folder: string, options: { siteAddress: Address; httpAddress: Address; metricsAddress: Address; logLevel: LogLevel }, command: Command) => {
      const log = createLogger({ level: options.logLevel, terminal: io.stderr.isTTY ? 'human' : 'json' });
      const { siteAddress, httpAddress, metricsAddress } = options;
      {
        await using coordinator = await startCoordinator({ folder, siteAddress, httpAddress, operationsAddress: metricsAddress, log });
        const { operationsUrl, httpPort } = coordinator;
        writeResult(command, io, { event: 'ready', sitePort: coordinator.sitePort, httpPort, operationsUrl }, (stdout) => {
          stdout.write(`Ready: sites at ${formatAddress({ ...siteAddress, port: coordinator.sitePort })}, `);
          stdout.write(`HTTP API at https://${formatAddress({ ...httpAddress, port: httpPort ?? 0 })}, metrics at ${operationsUrl}/metrics\n`);
        });
        if (!io.signal.aborted) await once(io.signal, 'abort');
      }
      writeResult(command, io, { event: 'stopped' }, (stdout) => stdout.write('The coordinator has stopped.\n'));
    });
}

function addInvite(program: Command, io: CommandIo): void {
  program
    .command('invite')
    .description('Make the one-time bundle with which a hospital joins; also while the coordinator runs. It voids earlier ones that the site did not use.')
    .argument('<folder>', 'the folder that init made')
    .argument('<site>', 'name of the site: lower-case letters, digits and hyphens')
    .addOption(new Option('--address <host:port>', `where the site dials in (default: the federation's first host, port ${sitePort})`).argParser(addressArgument(1)))
    .addOption(durationOption('--valid <time>', 'how long the bundle can be used: 90m, 12h, 7d', '7d'))
    .option('--replace', 'let the bundle take the place of a site that is already enrolled; where an earlier folder of the site is still there, the hospital joins with --memory-of')
    .option('--output <file>', 'write the bundle to a new private file')
    .action(async (folder: string, site: string, options: { address?: Address; valid: number; replace?: boolean; output?: string }, command: Command) => {
      if (options.output !== undefined) requireNewFile(options.output);
      const { federation, authority, databaseFile } = await openCoordinatorFolder(folder);
      const address = options.address ?? { host: federation.hosts[0] ?? 'localhost', port: sitePort };
      await using store = await Store.open(databaseFile);
      const { fingerprint } = authority;
      const invitation = await createInvitation(store, systemClock, { actor: localOperator.name, site, address, fingerprint, replaces: options.replace, validityMs: options.valid });
      const bundle = formatBundle(invitation.bundle);
      if (options.output !== undefined) writeNewPrivateFile(options.output, bundle);
      const expiresAt = moment(invitation.expiresAtMs);
      writeResult(command, io, { site, ...(options.output === undefined ? { bundle } : { file: options.output }), expiresAt }, (stdout) => {
        stdout.write(options.output === undefined ? bundle : `The bundle for ${site} is in ${options.output}. It works once: send it on a way that you trust.\n`);
        if (options.replace) io.stderr.write(`Where the hospital still has a folder of ${site}, it joins with  consilium-site join NEW_FOLDER --bundle FILE --memory-of OLD_FOLDER  so that the site goes on to know what it signed.\n`);
        io.stderr.write(`It can be used until ${expiresAt}, or until ${site} is invited again.\n`);
      });
    });
}

function addSites(program: Command, io: CommandIo): void {
  program
    .command('sites')
    .description('List the enrolled sites.')
    .argument('<folder>', 'the folder that init made')
    .action(async (folder: string, _options: object, command: Command) => {
      const { databaseFile } = await openCoordinatorFolder(folder);
      await using store = await Store.open(databaseFile);
      const rows = await store.read.sites.list();
      const sites = rows.map((site) => {
        const { connected: _onlyServeKnows, ...view } = siteView(site, false);
        return view;
      });
      writeResult(command, io, { sites }, (stdout) =>
        writeTable(stdout, [
          { title: 'SITE', text: ({ name }) => name },
          { title: 'ENROLLED', text: ({ enrolledAtMs }) => moment(enrolledAtMs) },
          { title: 'CERTIFICATE UNTIL', text: ({ certificateExpiresAtMs }) => moment(certificateExpiresAtMs) },
          { title: 'STATE', text: ({ revokedAtMs }) => (revokedAtMs === null ? 'enrolled' : `revoked ${moment(revokedAtMs)}`) },
        ], rows),
      );
    });
}

function addRevoke(program: Command, io: CommandIo): void {
  program
    .command('revoke')
    .description('Take a site\'s place in the federation away while the coordinator does not run; when it does, use: consilium site revoke.')
    .argument('<folder>', 'the folder that init made')
    .argument('<site>', 'name of the site')
    .action(async (folder: string, site: string, _options: object, command: Command) => {
      const { databaseFile } = await openCoordinatorFolder(folder);
      using _alone = lockStopped(folder);
      await using store = await Store.open(databaseFile);
      const { connected: _none, ...revoked } = siteView(await revokeSite(store, systemClock, site, localOperator.name), false);
      writeResult(command, io, revoked, (stdout) => stdout.write(`${site} is revoked. It is refused when the coordinator runs again.\n`));
    });
}

/** A running coordinator would learn of a change in its database at the site's next call only. @throws ConsiliumError `coordinator-running` */
function lockStopped(folder: string): Disposable {
  try {
    return lockFolder(folder);
  } catch (error) {
    if (error instanceof ConsiliumError && error.code === 'folder-locked') throw new ConsiliumError('coordinator-running', `It is ${folder}.`, { cause: error });
    throw error;
  }
}

function grantName(text: string): string {
  const { success, error } = grantNameSchema.safeParse(text);
  if (success) return text;
  throw new InvalidArgumentError(error.issues.map(({ message }) => `It ${message}.`).join(' '));
}

function collectHosts(host: string, earlier: string[] = []): string[] {
  if (parseAddress(formatAddress({ host, port: 1 }))?.host !== host) throw new InvalidArgumentError(`"${host}" is not a DNS name or an IP address; leave the port out.`);
  return [...earlier, host];
}
