/** A hospital's agent as the coordinator knows it. Everything in it is public. */
export interface Site {
  readonly name: string;
  /** SHA-256 of the TLS certificate (DER), lower-case hexadecimal: how a caller is recognised. */
  readonly certificateFingerprint: string;
  readonly certificateExpiresAtMs: number;
  /** Ed25519, 32 bytes raw. */
  readonly signingKey: Uint8Array;
  /** X25519, 32 bytes raw. */
  readonly agreementKey: Uint8Array;
  readonly enrolledAtMs: number;
  readonly revokedAtMs: number | null;
}
