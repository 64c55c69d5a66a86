import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { formatAddress, type Address } from '../../shared/tls/address.ts';
import { withinTime, type TimeLimit } from './time-limit.ts';

/** The IP addresses of the coordinator's host. @throws ConsiliumError `coordinator-unreachable` */
export async function resolveHost(address: Address): Promise<string[]> {
  try {
    const found = await lookup(address.host, { all: true });
    return found.map((entry) => entry.address);
  } catch (cause) {
    throw new ConsiliumError('coordinator-unreachable', `The name ${address.host} cannot be resolved.`, { cause });
  }
}

/** A TCP connection to the coordinator. @throws ConsiliumError `coordinator-unreachable`, `cancelled` */
export async function connectTcp(address: Address, limit: TimeLimit): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host: address.host, port: address.port });
  socket.once('connect', resolve);
  socket.once('error', (cause: NodeJS.ErrnoException) => reject(unreachable(address, reasons[cause.code ?? ''] ?? `cannot be connected to (${cause.code})`, cause)));
  try {
    await withinTime(promise, limit, unreachable(address, noAnswer));
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

function unreachable(address: Address, what: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('coordinator-unreachable', `${formatAddress(address)} ${what}.`, { cause });
}
