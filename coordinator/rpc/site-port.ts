import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { addressUnavailable } from '../../shared/errors/address-unavailable.ts';
import type { Address } from '../../shared/tls/address.ts';
import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import type { CallLimits, ConnectedCaller } from './call-limits.ts';
import { Places } from './places.ts';
import type { RenewingCredentials } from './server-credentials.ts';
import { TokenBuckets } from './token-buckets.ts';

export interface SitePort {
  readonly port: number;
  /** Who is at the other end of an open connection. */
  callerAt(connection: RemoteEnd): ConnectedCaller | undefined;
  /** Ends a connection at once, with all its calls. */
  cut(connection: RemoteEnd): void;
  /** Takes no more connections; those that are open go on. */
  close(): void;
}

export interface RemoteEnd {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/**
 * Where sites dial in: TLS, with as many connections as each caller may have. A handshake that is never finished ends
 * by itself; connections beyond a limit are closed without a word.
 *
 * @param onConnection called with each connection once its handshake is done
 * @throws ConsiliumError `address-unavailable`
 */
export async function openSitePort(
  { address, credentials, limits }: { address: Address; credentials: RenewingCredentials['credentials']; limits: Pick<CallLimits, 'connections' | 'handshakeMaxMs'> },
  onConnection: (socket: TLSSocket) => void,
): Promise<SitePort> {
  const { opened, handshakesPerAddress, strangersPerAddress, perCertificate, total } = limits.connections;
  const arrivals = new TokenBuckets(opened);
  const handshakes = new Places();
  const held = new Places();
  const connections = new Map<string, { readonly socket: TLSSocket; readonly caller: ConnectedCaller }>();
  const server = createServer({ ...credentials.present, requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['h2'], handshakeTimeout: limits.handshakeMaxMs });
  server.maxConnections = total;
  const stopRenewal = credentials.onRenewed((renewed) => server.setSecureContext(renewed));

  const inHandshake = new Map<string, Disposable>();
  const handshakeOver = (end: string): void => {
    inHandshake.get(end)?.[Symbol.dispose]();
    inHandshake.delete(end);
  };
  server.prependListener('connection', (socket: Socket) => {
    const from = socket.remoteAddress ?? '';
    const place = arrivals.take(from) ? handshakes.enter(from, handshakesPerAddress) : undefined;
    if (!place) {
      socket.destroy();
      return;
    }
    const end = endOf(socket);
    inHandshake.set(end, place);
    socket.once('close', () => handshakeOver(end));
  });
  server.on('tlsClientError', (_error, socket) => {
    handshakeOver(endOf(socket));
    socket.destroy();
  });
  server.on('secureConnection', (socket) => {
    const end = endOf(socket);
    handshakeOver(end);
    socket.on('error', () => undefined); // its session ends with it
    const caller = callerOf(socket);
    const place = held.enter(caller.key, caller.hasCertificate ? perCertificate : strangersPerAddress);
    if (!place) {
      socket.destroy();
      return;
    }
    connections.set(end, { socket, caller });
    socket.once('close', () => {
      place[Symbol.dispose]();
      connections.delete(end);
    });
    onConnection(socket);
  });
  server.listen(address.port, address.host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    stopRenewal[Symbol.dispose]();
    throw addressUnavailable('The port for sites', address, cause);
  }
  return {
    port: (server.address() as AddressInfo).port,
    callerAt: (connection) => connections.get(endOf(connection))?.caller,
    cut: (connection) => void connections.get(endOf(connection))?.socket.destroy(),
    close: () => {
      stopRenewal[Symbol.dispose]();
      server.close();
    },
  };
}

/** A certificate counts when this federation's authority made it; whose it is, and whether it still is good, `caller.ts` tells. */
function callerOf(socket: TLSSocket): ConnectedCaller {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate ? { key: certificateFingerprint(certificate.raw), hasCertificate: true } : { key: socket.remoteAddress ?? '', hasCertificate: false };
}

function endOf({ remoteAddress, remotePort }: RemoteEnd): string {
  return `${remoteAddress} ${remotePort}`;
}
