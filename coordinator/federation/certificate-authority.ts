import { randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import { generateTlsKeys, importPrivateKey, privateKeyPem, tlsKeyAlgorithm } from '../../shared/tls/tls-key.ts';
import { x509 } from '../../shared/tls/x509.ts';

const dayMs = 86_400_000;

/** Certificates are valid from a day before they are made, so that a site with a wrong clock learns just that. */
const backdatedMs = dayMs;
const authorityValidityMs = 20 * 365 * dayMs;
const siteValidityMs = 398 * dayMs;
/** A server certificate is made anew, in memory, at every start and every day. */
const serverValidityMs = 30 * dayMs;

export interface IssuedServerCertificate {
  /** PEM: the server's certificate, then the authority's. */
  readonly chain: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
}

export interface IssuedSiteCertificate {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly fingerprint: string;
  readonly expiresAtMs: number;
}

/** The federation's own certificate authority: it vouches for the coordinator and for the sites on the wire, nothing else. */
export class CertificateAuthority {
  readonly certificate: X509Certificate;
  readonly fingerprint: string;
  readonly #privateKey: CryptoKey;

  private constructor(certificate: X509Certificate, privateKey: CryptoKey) {
    this.certificate = certificate;
    this.fingerprint = certificateFingerprint(certificate.raw);
    this.#privateKey = privateKey;
  }

  static async create(federationName: string, nowMs: number): Promise<CertificateAuthority> {
    const keys = await generateTlsKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: [{ CN: [`${federationName} certificate authority`] }, { O: [federationName] }],
      serialNumber: newSerialNumber(),
      ...validity(nowMs, authorityValidityMs),
      keys,
      signingAlgorithm: tlsKeyAlgorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new CertificateAuthority(new X509Certificate(Buffer.from(certificate.rawData)), keys.privateKey);
  }

  /** @param privateKey PKCS #8 */
  static async fromPem(pem: { certificate: string; privateKey: string }): Promise<CertificateAuthority> {
    return new CertificateAuthority(new X509Certificate(pem.certificate), await importPrivateKey(pem.privateKey));
  }

  async toPem(): Promise<{ certificate: string; privateKey: string }> {
    return { certificate: this.certificate.toString(), privateKey: await privateKeyPem(this.#privateKey) };
  }

  /** @param hosts DNS names and IP addresses under which sites reach the coordinator; localhost is always added */
  async issueServerCertificate(hosts: readonly string[], nowMs: number): Promise<IssuedServerCertificate> {
    const keys = await generateTlsKeys();
    const names = [...new Set([...hosts, 'localhost', '127.0.0.1', '::1'])];
    const certificate = await this.#issue(
      'coordinator',
      keys.publicKey,
      [
        new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }))),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
      validity(nowMs, serverValidityMs),
    );
    return {
      chain: `${certificate.toString('pem')}\n${this.certificate.toString()}`,
      privateKey: await privateKeyPem(keys.privateKey),
    };
  }

  /**
   * A client certificate for the key in the request; everything else in the request is ignored.
   *
   * @param request PKCS #10, DER
   * @throws ConsiliumError `proof-of-possession` when the request is malformed, not signed by its key, or has another kind of key
   */
  async issueSiteCertificate(site: string, request: Uint8Array, nowMs: number): Promise<IssuedSiteCertificate> {
    const publicKey = await requestedKey(request);
    const extensions = [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])];
    const certificate = await this.#issue(site, publicKey, extensions, validity(nowMs, siteValidityMs));
    const der = new Uint8Array(certificate.rawData);
    return { certificate: der, fingerprint: certificateFingerprint(der), expiresAtMs: certificate.notAfter.getTime() };
  }

  async #issue(
    commonName: string,
    publicKey: CryptoKey,
    extensions: x509.Extension[],
    period: { notBefore: Date; notAfter: Date },
  ): Promise<x509.X509Certificate> {
    const authority = new x509.X509Certificate(this.certificate.raw);
    return x509.X509CertificateGenerator.create({
      subject: [{ CN: [commonName] }],
      issuer: authority.subjectName,
      serialNumber: newSerialNumber(),
      ...period,
      publicKey,
      signingKey: this.#privateKey,
      signingAlgorithm: tlsKeyAlgorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(authority),
        ...extensions,
      ],
    });
  }
}

async function requestedKey(der: Uint8Array): Promise<CryptoKey> {
  try {
    const request = new x509.Pkcs10CertificateRequest(Uint8Array.from(der));
    const publicKey = await request.publicKey.export(tlsKeyAlgorithm, ['verify']);
    if (await request.verify()) return publicKey;
  } catch (cause) {
    throw new ConsiliumError('proof-of-possession', 'The certificate request cannot be read.', { cause });
  }
  throw new ConsiliumError('proof-of-possession', 'The certificate request is not signed by its own key.');
}

function validity(nowMs: number, durationMs: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(nowMs - backdatedMs), notAfter: new Date(nowMs + durationMs) };
}

/** 127 random bits, positive (RFC 5280, section 4.1.2.2). */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0]! &= 0x7f;
  bytes[0]! |= 0x40;
  return bytes.toString('hex');
}
