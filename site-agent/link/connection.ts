import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { formatAddress, type Address } from '../../shared/tls/address.ts';
import { withinTime, type TimeLimit } from './time-limit.ts';

/** The IP addresses of a host. @throws ConsiliumError `unreachable` */
export async function resolveHost(address: Address, unreachable: ErrorCode): Promise<string[]> {
  try {
    const found = await lookup(address.host, { all: true });
    return found.map((entry) => entry.address);
  } catch (cause) {
    throw new ConsiliumError(unreachable, `The name ${address.host} cannot be resolved.`, { cause });
  }
}

/** A TCP connection to the coordinator or to the proxy on the way. @throws ConsiliumError `unreachable`, `cancelled` */
export async function connectTcp(address: Address, limit: TimeLimit, unreachable: ErrorCode): Promise<Socket> {
  const failure = (what: string, cause?: unknown) => new ConsiliumError(unreachable, `${formatAddress(address)} ${what}.`, { cause });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host: address.host, port: address.port });
  socket.once('connect', resolve);
  socket.on('error', (cause: NodeJS.ErrnoException) => reject(failure(reasons[cause.code ?? ''] ?? `cannot be connected to (${cause.code})`, cause)));
  try {
    await withinTime(promise, limit, failure(noAnswer));
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

const noAnswer = 'does not answer; a firewall may drop the connection';

const reasons: Record<string, string> = {
  ECONNREFUSED: 'refuses the connection; nothing listens there',
  EHOSTUNREACH: 'has no route from here',
  ENETUNREACH: 'has no route from here',
  ETIMEDOUT: noAnswer,
  ECONNRESET: 'resets the connection; a firewall may refuse it',
  ENOTFOUND: 'has a name that cannot be resolved',
  EAI_AGAIN: 'has a name that cannot be resolved at the moment',
};
