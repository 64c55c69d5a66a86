import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { ClientIdentity } from '../link/channel-identity.ts';

/**
 * The site's TLS key and certificate as one file, the key first. They are renewed together, and one file is replaced by
 * one rename: whatever a kill leaves, the key fits the certificate.
 */
export function formatTlsIdentity({ privateKey, certificate }: ClientIdentity): string {
  return [privateKey, certificate].map((pem) => `${pem.trim()}\n`).join('');
}

/** @throws ConsiliumError `invalid-settings` when it does not hold a key and a certificate for it */
export function parseTlsIdentity(text: string): ClientIdentity {
  const [privateKey = '', certificate = ''] = text.match(/-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/g) ?? [];
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey))) return { privateKey, certificate };
  } catch (cause) {
    throw new ConsiliumError('invalid-settings', 'The TLS key or its certificate cannot be read.', { cause });
  }
  throw new ConsiliumError('invalid-settings', 'The TLS certificate is for another key.');
}

/**
 * The certificate that the coordinator issued, once it is sure that it is for this key and from the pinned authority.
 *
 * @param der the certificate, if the coordinator sent one
 * @param privateKey PEM
 * @throws ConsiliumError `coordinator-certificate-refused`
 */
export function issuedIdentity(der: Uint8Array | undefined, privateKey: string, authority: X509Certificate): ClientIdentity {
  const certificate = der && new X509Certificate(der);
  if (certificate?.verify(authority.publicKey) && certificate.checkPrivateKey(createPrivateKey(privateKey))) return { privateKey, certificate: certificate.toString() };
  throw new ConsiliumError('coordinator-certificate-refused', 'It sent a certificate for this site that the federation did not issue.');
}
