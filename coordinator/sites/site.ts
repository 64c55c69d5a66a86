/** A hospital's agent as the coordinator knows it. Everything in it is public. */
export interface Site {
  readonly name: string;
  /** SHA-256 of the TLS certificate (DER), lower-case hexadecimal: how a caller is recognised. */
  readonly certificateFingerprint: string;
  readonly certificateExpiresAtMs: number;
  /** The certificate that takes the place of the present one as soon as the site shows it. */
  readonly renewal: IssuedRenewal | null;
  /** Ed25519, 32 bytes raw. */
  readonly signingKey: Uint8Array;
  /** X25519, 32 bytes raw. */
  readonly agreementKey: Uint8Array;
  readonly enrolledAtMs: number;
  readonly revokedAtMs: number | null;
}

/** A certificate that was issued and not shown yet. It is kept so that the very same request, repeated after a lost reply, gets it again. */
export interface IssuedRenewal {
  readonly certificateFingerprint: string;
  readonly certificateExpiresAtMs: number;
  /** SHA-256 of the renewal statement, lower-case hexadecimal. */
  readonly requestHash: string;
  /** DER. */
  readonly certificate: Uint8Array;
}
