import { EventEmitter } from 'node:events';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { CertificateAuthority } from '../federation/certificate-authority.ts';

const renewEveryMs = 86_400_000;

/** PEM, as `node:tls` takes them. */
export interface ServerIdentity {
  /** Of the federation: site certificates are checked against it. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface RenewingCredentials extends Disposable {
  readonly credentials: {
    readonly present: ServerIdentity;
    /** Calls the listener with every later identity, until it is disposed of. */
    onRenewed(listener: (identity: ServerIdentity) => void): Disposable;
  };
  /** Takes another certificate for new connections; those that are open go on. Happens daily by itself. */
  renew(): Promise<void>;
}

/**
 * Mutual TLS that asks for a client certificate without demanding one, because a site that enrols has none;
 * `caller.ts` demands it for every other call. The server's own certificate is renewed daily, without a restart.
 *
 * @param hosts DNS names and IP addresses under which sites reach the coordinator
 */
export async function renewingCredentials(authority: CertificateAuthority, hosts: readonly string[], clock: Clock, log: Logger): Promise<RenewingCredentials> {
  const newIdentity = async (): Promise<ServerIdentity> => {
    const { chain, privateKey } = await authority.issueServerCertificate(hosts, clock.nowMs());
    return { ca: authority.certificate.toString(), cert: chain, key: privateKey };
  };
  let present = await newIdentity();
  const renewals = new EventEmitter<{ renewed: [ServerIdentity] }>();
  const renew = async () => {
    try {
      present = await newIdentity();
      renewals.emit('renewed', present);
    } catch (cause) {
      log.error('The server certificate could not be renewed; the present one goes on, and tomorrow it is tried again.', {}, cause);
    }
  };
  const timer = setInterval(() => void renew(), renewEveryMs);
  timer.unref();
  return {
    credentials: {
      get present() {
        return present;
      },
      onRenewed: (listener) => {
        renewals.on('renewed', listener);
        return { [Symbol.dispose]: () => renewals.off('renewed', listener) };
      },
    },
    renew,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
