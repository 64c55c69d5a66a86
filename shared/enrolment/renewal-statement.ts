import type { StatementFields } from '../statements/statement.ts';

export const renewalDomain = 'consilium/certificate-renewal/1';

export interface CertificateRenewalRequest {
  /** The federation's id. */
  readonly federation: string;
  readonly site: string;
  /** Of the certificate in use: SHA-256 of its DER, hex. */
  readonly certificateFingerprint: string;
  /** PKCS #10, DER, of the new TLS key. */
  readonly certificateRequest: Uint8Array;
}

/** What a site signs to renew its certificate: a request is good for one site, once, after one certificate. */
export function renewalStatement({ federation, site, certificateFingerprint, certificateRequest }: CertificateRenewalRequest): StatementFields {
  return [
    ['federation', federation],
    ['site', site],
    ['certificate fingerprint', certificateFingerprint],
    ['certificate request', certificateRequest],
  ];
}
