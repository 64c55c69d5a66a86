import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { addressUnavailable } from '../../shared/errors/address-unavailable.ts';
import type { Address } from '../../shared/tls/address.ts';
import type { CertificateAuthority } from '../federation/certificate-authority.ts';
import type { HttpLimits } from './http-limits.ts';

const renewEveryMs = 86_400_000;

export interface HttpsServer {
  /** The port that was bound; of use when 0 was asked for. */
  readonly port: number;
  /** Takes no new requests, lets running ones finish for `graceMs`, then cuts them off. */
  close(graceMs: number): Promise<void>;
}

/**
 * Serves over TLS 1.3 with a certificate of the federation's own authority, made in memory and renewed daily without a restart.
 *
 * @param hosts DNS names and IP addresses that the certificate names
 * @throws ConsiliumError `address-unavailable`
 */
export async function startHttpsServer(
  { address, authority, hosts, clock, limits }: { address: Address; authority: CertificateAuthority; hosts: readonly string[]; clock: Clock; limits: HttpLimits },
  listener: RequestListener,
): Promise<HttpsServer> {
  const identity = async () => {
    const { chain, privateKey } = await authority.issueServerCertificate(hosts, clock.nowMs());
    return { cert: chain, key: privateKey, minVersion: 'TLSv1.3' as const };
  };
  const { handshakeMaxMs: handshakeTimeout, headersMaxMs: headersTimeout, requestMaxMs: requestTimeout } = limits;
  const server = createServer({ ...(await identity()), handshakeTimeout, headersTimeout, requestTimeout, connectionsCheckingInterval: Math.min(5_000, headersTimeout) }, listener);
  server.maxConnections = limits.connections;
  server.setTimeout(limits.silenceMaxMs); // a reply that nobody reads ends, too
  const renewal = setInterval(() => void identity().then((renewed) => server.setSecureContext(renewed)), renewEveryMs);
  renewal.unref();
  // A connection whose reply ends after the server was closed would otherwise be kept alive.
  server.on('request', (_request, response) => response.once('close', () => setImmediate(() => server.listening || server.closeIdleConnections())));
  server.listen(address.port, address.host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    clearInterval(renewal);
    throw addressUnavailable('The HTTP API', address, cause);
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: async (graceMs) => {
      clearInterval(renewal);
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
