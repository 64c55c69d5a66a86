/** A one-time permission to enrol as one named site. The token itself is never stored. */
export interface EnrolmentToken {
  /** SHA-256 of the token, lower-case hexadecimal. */
  readonly tokenHash: string;
  readonly site: string;
  /** Whether it may take the place of a site that is already enrolled under this name. */
  readonly replaces: boolean;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly use: EnrolmentTokenUse | null;
}

/** What is kept so that the very same request, repeated after a lost reply, gets the same answer. */
export interface EnrolmentTokenUse {
  readonly usedAtMs: number;
  /** SHA-256 of the enrolment statement, lower-case hexadecimal. */
  readonly requestHash: string;
  /** The certificate that was issued, DER. */
  readonly certificate: Uint8Array;
}

export interface EnrolmentTokenStore {
  find(tokenHash: string): Promise<EnrolmentToken | undefined>;
  insert(token: EnrolmentToken): Promise<void>;
  /** Ends the validity of the site's tokens that could still be used, and tells how many there were. */
  expireUnused(site: string, atMs: number): Promise<number>;
  markUsed(tokenHash: string, use: EnrolmentTokenUse): Promise<void>;
}
