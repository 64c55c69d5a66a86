import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { formatAddress, type Address } from '../../shared/tls/address.ts';
import { certificateFingerprint, readableFingerprint } from '../../shared/tls/fingerprint.ts';
import { openRoute, type Route } from './route.ts';
import { withinTime, type TimeLimit } from './time-limit.ts';

/**
 * The certificates that a coordinator shows, its own first, taken without trusting any of them.
 *
 * @throws ConsiliumError what `openRoute` throws, `coordinator-unreachable` when nothing that speaks TLS answers, `cancelled`
 */
export async function readServerChain(route: Route, limit: TimeLimit): Promise<X509Certificate[]> {
  const { address } = route;
  const socket = await openRoute(route, limit);
  const { promise, resolve, reject } = Promise.withResolvers<X509Certificate[]>();
  const secure = connectTls({
    socket,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
    ...(isIP(address.host) ? {} : { servername: address.host }),
  });
  secure.once('secureConnect', () => resolve(chainOf(secure.getPeerX509Certificate())));
  secure.once('error', (cause) => reject(unreachable(address, 'does not speak TLS', cause)));
  try {
    return await withinTime(promise, limit, unreachable(address, 'does not finish the TLS handshake in time'));
  } finally {
    secure.destroy();
    socket.destroy();
  }
}

function chainOf(certificate: X509Certificate | undefined): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let next = certificate; next && !chain.some((known) => known.fingerprint256 === next?.fingerprint256); next = next.issuerCertificate) chain.push(next);
  return chain;
}

/** Extended key usage (RFC 5280, section 4.2.1.12): what keeps a site's certificate from passing as the coordinator's. */
const serverAuthentication = '1.3.6.1.5.5.7.3.1';

/**
 * Checks a chain against the pinned fingerprint of the federation's certificate authority.
 *
 * @param untrusted the error that a chain of another federation's authority is: `fingerprint-mismatch` while joining,
 *   `coordinator-certificate-refused` later; one of anybody else's is `connection-inspected`
 * @returns the authority's certificate
 * @throws ConsiliumError `untrusted`, `connection-inspected`, `clock-wrong`, `coordinator-certificate-refused`, `coordinator-name-mismatch`
 */
export function requireTrustedChain(
  chain: readonly X509Certificate[],
  expected: { address: Address; fingerprint: string; nowMs: number },
  untrusted: 'fingerprint-mismatch' | 'coordinator-certificate-refused',
): X509Certificate {
  const { address, fingerprint, nowMs } = expected;
  const [leaf] = chain;
  const authority = chain.find((certificate) => certificateFingerprint(certificate.raw) === fingerprint);
  if (!leaf || !authority) {
    const shown = chain.at(-1);
    const what = shown ? `a certificate from "${issuerOf(shown)}" (${readableFingerprint(certificateFingerprint(shown.raw))})` : 'no certificate';
    throw new ConsiliumError(!leaf || isOfAFederation(leaf) ? untrusted : 'connection-inspected', `${formatAddress(address)} shows ${what}.`);
  }
  if (!leaf.checkIssued(authority) || !leaf.verify(authority.publicKey) || !leaf.keyUsage.includes(serverAuthentication)) {
    throw new ConsiliumError(untrusted, `The federation's authority did not make the certificate at ${formatAddress(address)} for a coordinator.`);
  }
  const now = new Date(nowMs).toISOString();
  if (nowMs < leaf.validFromDate.getTime()) {
    throw new ConsiliumError('clock-wrong', `It says ${now}; the coordinator's certificate was made after ${leaf.validFromDate.toISOString()}.`);
  }
  if (nowMs > leaf.validToDate.getTime()) {
    throw new ConsiliumError('coordinator-certificate-refused', `It expired at ${leaf.validToDate.toISOString()}; the clock here says ${now}.`);
  }
  const named = isIP(address.host) ? leaf.checkIP(address.host) : leaf.checkHost(address.host, { subject: 'never' });
  if (named === undefined) {
    throw new ConsiliumError('coordinator-name-mismatch', `The address is ${address.host}; the certificate is for ${leaf.subjectAltName ?? 'no name'}.`);
  }
  return authority;
}

function issuerOf({ issuer }: X509Certificate): string {
  return issuer.replaceAll('\n', ', ');
}

/**
 * Whether a certificate looks as if some federation's authority made it, as the name of that authority goes. It tells
 * a wrong coordinator from something else, for the message only: either is refused.
 */
function isOfAFederation({ issuer }: X509Certificate): boolean {
  return /^CN=(.+) certificate authority\nO=\1$/.test(issuer);
}

function unreachable(address: Address, what: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('coordinator-unreachable', `${formatAddress(address)} ${what}.`, { cause });
}
