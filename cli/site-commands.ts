import { Command } from 'commander';
import { systemClock } from '../shared/clock.ts';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { moment } from '../shared/command-line/quantities.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { requireNewFile, writeNewPrivateFile } from '../shared/files/new-private-file.ts';
import { invitationResource, siteListResource, siteResource } from '../shared/http-api/site-resource.ts';
import { wholeDaysLeft } from '../shared/tls/validity.ts';
import { connect } from './coordinator-connection.ts';

export function siteCommands(io: CommandIo): Command {
  const site = new Command('site').description('hospitals of the federation');

  site
    .command('list')
    .description('List the enrolled sites, and which are connected.')
    .action(async (_options: object, command: Command) => {
      const found = await (await connect(command, io)).get('/sites', siteListResource);
      writeResult(command, io, found, (stdout) =>
        writeTable(stdout, [
          { title: 'SITE', text: ({ name }) => name },
          { title: 'STATE', text: ({ connected, revokedAt }) => (revokedAt !== null ? 'revoked' : connected ? 'connected' : 'not connected') },
          { title: 'ENROLLED', text: ({ enrolledAt }) => moment(Date.parse(enrolledAt)) },
          { title: 'CERTIFICATE UNTIL', text: ({ certificateExpiresAt }) => moment(Date.parse(certificateExpiresAt)) },
          { title: 'DAYS LEFT', text: ({ certificateExpiresAt }) => String(wholeDaysLeft(Date.parse(certificateExpiresAt), systemClock.nowMs())), align: 'right' },
        ], found.sites),
      );
    });

  site
    .command('invite')
    .description('Make the one-time bundle of three lines with which a hospital joins. It voids earlier ones that the site did not use.')
    .argument('<name>', 'name of the site: lower-case letters, digits and hyphens')
    .option('--address <host:port>', "where the site dials in, when it is not the federation's own address")
    .option('--replace', 'let the bundle take the place of a site that is already enrolled')
    .option('--output <file>', 'write the bundle to a new private file')
    .action(async (name: string, options: { address?: string; replace?: boolean; output?: string }, command: Command) => {
      const { address, replace: replaces, output } = options;
      if (output !== undefined) requireNewFile(output);
      const invitation = await (await connect(command, io)).post('/sites/invitations', { site: name, address, replaces }, invitationResource);
      if (output !== undefined) writeNewPrivateFile(output, invitation.bundle);
      writeResult(command, io, output === undefined ? invitation : { site: name, file: output, expiresAt: invitation.expiresAt }, (stdout) => {
        stdout.write(output === undefined ? invitation.bundle : `The bundle for ${name} is in ${output}. It works once: send it on a way that you trust.\n`);
        io.stderr.write(`It can be used until ${moment(Date.parse(invitation.expiresAt))}, or until ${name} is invited again.\n`);
      });
    });

  site
    .command('revoke')
    .description('Take a site\'s place in the federation away and cut it off at once. Only another bundle makes it a site again.')
    .argument('<name>', 'name of the site')
    .addHelpText('after', '\nExample:\n  consilium --connection operator.json site revoke mercy')
    .action(async (name: string, _options: object, command: Command) => {
      const revoked = await (await connect(command, io)).post(`/sites/${encodeURIComponent(name)}/revocation`, {}, siteResource);
      writeResult(command, io, revoked, (stdout) =>
        stdout.write(`${name} is revoked since ${moment(Date.parse(revoked.revokedAt ?? ''))} and cut off. Runs go on without it where their quorum allows.\n`),
      );
    });

  return site;
}
