import { Command } from 'commander';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { federationResource } from '../shared/http-api/federation-resource.ts';
import { connectionOf, connect } from './coordinator-connection.ts';
import { KeptLogin } from './kept-login.ts';
import { OrganisationLogin } from './organisation-login.ts';

export function loginCommand(io: CommandIo): Command {
  return new Command('login')
    .description('Log in at your organisation, with a connection file that has no access token of its own.')
    .addHelpText('after', '\nThe tokens are kept in a private folder beside the connection file (FILE.login); remove it to log out.\n\nExample:\n  consilium --connection people.json login')
    .action(async (_options: object, command: Command) => {
      const { file, connection } = await connectionOf(command, io);
      if (!connection.openIdConnect) throw new ConsiliumError('no-organisation-login', `${file} holds an access token.`);
      const login = new OrganisationLogin(connection.openIdConnect, new KeptLogin(file), io.signal);
      await login.logIn((invitation) => {
        const { completeUri, verificationUri, userCode } = invitation;
        writeResult(command, io, { event: 'waiting', ...invitation }, (stdout) => {
          stdout.write(`Open ${printable(verificationUri)} on any device and enter the code ${printable(userCode)}\n`);
          if (completeUri !== undefined) stdout.write(`or open ${printable(completeUri)}\n`);
          stdout.write('Waiting for you to log in there ...\n');
        });
      });
      const { name } = await (await connect(command, io)).get('/federation', federationResource);
      writeResult(command, io, { event: 'logged-in', federation: name }, (stdout) => stdout.write(`You are logged in to "${name}".\n`));
    });
}

/** What comes from the network does not steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '');
}
