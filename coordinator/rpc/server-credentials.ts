import { experimental, type ServerCredentials } from '@grpc/grpc-js';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { CertificateAuthority } from '../federation/certificate-authority.ts';

const renewEveryMs = 86_400_000;

export interface RenewingCredentials extends Disposable {
  readonly credentials: ServerCredentials;
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
  const newIdentity = async () => {
    const { chain, privateKey } = await authority.issueServerCertificate(hosts, clock.nowMs());
    return { certificate: Buffer.from(chain), privateKey: Buffer.from(privateKey) };
  };
  const certificates = new RenewedCertificates(authority, await newIdentity());
  const renew = async () => {
    try {
      certificates.renew(await newIdentity());
    } catch (cause) {
      log.error('The server certificate could not be renewed; the present one goes on, and tomorrow it is tried again.', {}, cause);
    }
  };
  const timer = setInterval(() => void renew(), renewEveryMs);
  timer.unref();
  return {
    credentials: experimental.createCertificateProviderServerCredentials(certificates, certificates, false),
    renew,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** gRPC loses what a listener is told before `add...Listener` has returned, so it is told a moment later. */
class RenewedCertificates implements experimental.CertificateProvider {
  readonly #authority: experimental.CaCertificateUpdate;
  #identity: experimental.IdentityCertificateUpdate;
  readonly #listeners = new Set<experimental.IdentityCertificateUpdateListener>();

  constructor(authority: CertificateAuthority, identity: experimental.IdentityCertificateUpdate) {
    this.#authority = { caCertificate: Buffer.from(authority.certificate.toString()) };
    this.#identity = identity;
  }

  renew(identity: experimental.IdentityCertificateUpdate): void {
    this.#identity = identity;
    for (const listener of this.#listeners) listener(identity);
  }

  addCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    queueMicrotask(() => listener(this.#authority));
  }

  removeCaCertificateListener(): void {
    // The authority never changes, so its listeners are not kept.
  }

  addIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#listeners.add(listener);
    queueMicrotask(() => listener(this.#identity));
  }

  removeIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#listeners.delete(listener);
  }
}
