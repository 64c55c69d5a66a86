import type { Command } from 'commander';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { readInputFile } from '../shared/command-line/input-file.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { parseConnection, type Connection } from '../shared/http-api/connection-file.ts';
import { accessTokenOf } from './access-token.ts';
import { CoordinatorClient } from './coordinator-client.ts';

/**
 * The coordinator that the command line or the environment names.
 * @throws ConsiliumError `connection-missing`, `file-unreadable`, `invalid-settings`
 */
export async function connect(command: Command, io: CommandIo): Promise<CoordinatorClient> {
  const { file, connection } = await connectionOf(command, io);
  return new CoordinatorClient(connection, accessTokenOf(file, connection, io.signal), io.signal);
}

/** The connection file itself. @throws ConsiliumError as `connect` */
export async function connectionOf(command: Command, io: CommandIo): Promise<{ file: string; connection: Connection }> {
  const file = command.optsWithGlobals<{ connection?: string }>().connection ?? io.env['CONSILIUM_CONNECTION'];
  if (!file) throw new ConsiliumError('connection-missing');
  return { file, connection: parseConnection(file, (await readInputFile(file)).toString('utf8')) };
}
