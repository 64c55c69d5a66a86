import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { generateTlsKeys, privateKeyPem, tlsKeyAlgorithm } from '../../shared/tls/tls-key.ts';
import { x509 } from '../../shared/tls/x509.ts';

/** The site's three long-lived keys. They are made here and never leave. */
export interface SiteKeys {
  readonly tls: CryptoKeyPair;
  /** Ed25519, private. */
  readonly signing: KeyObject;
  /** X25519, private. */
  readonly agreement: KeyObject;
}

export async function makeSiteKeys(): Promise<SiteKeys> {
  return {
    tls: await generateTlsKeys(),
    signing: generateKeyPairSync('ed25519').privateKey,
    agreement: generateKeyPairSync('x25519').privateKey,
  };
}

/** PKCS #10, DER. The subject stays empty: the coordinator knows the site's name from the token. */
export async function certificateRequest(keys: CryptoKeyPair): Promise<Uint8Array> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: tlsKeyAlgorithm });
  return new Uint8Array(request.rawData);
}

export interface SiteKeysPem {
  readonly tls: string;
  readonly signing: string;
  readonly agreement: string;
}

/** PKCS #8. */
export async function siteKeysPem(keys: SiteKeys): Promise<SiteKeysPem> {
  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { tls: await privateKeyPem(keys.tls.privateKey), signing: pem(keys.signing), agreement: pem(keys.agreement) };
}
