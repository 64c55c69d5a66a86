import { x509 } from './x509.ts';

/** The one kind of TLS key: ECDSA on P-256 with SHA-256. */
export const tlsKeyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export function generateTlsKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(tlsKeyAlgorithm, true, ['sign', 'verify']);
}

/** PKCS #8 in PEM. */
export async function privateKeyPem(privateKey: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', privateKey), x509.PemConverter.PrivateKeyTag);
}

/** @param pem PKCS #8 */
export function importPrivateKey(pem: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), tlsKeyAlgorithm, true, ['sign']);
}
