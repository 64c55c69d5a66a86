import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../cli/main.ts';
import { Access } from '../../coordinator/access/access.ts';
import { localOperator } from '../../coordinator/access/caller.ts';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { systemClock } from '../../shared/clock.ts';
import { formatConnection } from '../../shared/http-api/connection-file.ts';
import { memoryIo } from '../shared/command-line/memory-io.ts';
import type { CommandOutcome } from './command.ts';
import type { Federation } from './federation.ts';

export type TeamCommand = (...args: string[]) => Promise<CommandOutcome>;

/**
 * `consilium` as a data scientist types it: runs in this process, and over the HTTP API.
 * @param federation started with `httpApi`, and its coordinator not restarted since
 */
export async function teamCommand({ coordinator, coordinatorFolder, store, path }: Federation): Promise<TeamCommand> {
  const { authority } = await openCoordinatorFolder(coordinatorFolder);
  const { token } = await new Access(store, systemClock).grant({ name: 'ada', roles: ['data-scientist'] }, localOperator);
  const connectionFile = join(path, 'connection.json');
  const connection = { url: `https://127.0.0.1:${coordinator.httpPort}`, token, certificateAuthority: authority.certificate.toString() };
  writeFileSync(connectionFile, formatConnection(connection), { mode: 0o600 });
  return async (...args) => {
    const io = memoryIo();
    const exitCode = await main(['--connection', connectionFile, ...args], io);
    return { exitCode, ...(await io.output()) };
  };
}
