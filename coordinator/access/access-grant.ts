import { z } from 'zod';
import type { Role } from '../../shared/access/role.ts';

/** Leave to use the HTTP API, for one person or machine. The token itself is never stored. */
export interface AccessGrant {
  /** Public: by it the grant is shown and revoked. */
  readonly id: string;
  /** Of the person or machine. Two grants may have one name, so that a token can be exchanged for a new one. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** SHA-256 of the token, lower-case hexadecimal. */
  readonly tokenHash: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
  /** To the minute. */
  readonly lastUsedAtMs: number | null;
}

export interface AccessGrantStore {
  find(id: string): Promise<AccessGrant | undefined>;
  findByTokenHash(tokenHash: string): Promise<AccessGrant | undefined>;
  /** Oldest first. */
  list(): Promise<AccessGrant[]>;
  insert(grant: AccessGrant): Promise<void>;
  markRevoked(id: string, atMs: number): Promise<void>;
  markUsed(id: string, atMs: number): Promise<void>;
}

/** Other actors of the audit log go by these. */
const takenNames: ReadonlySet<string> = new Set(['coordinator', 'unknown']);

/** No blanks: `site mercy` and `local operator` stay what they are in the audit log. */
export const grantNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$/, 'has 1 to 63 letters, digits, ".", "_", "@" and "-", and begins with a letter or digit')
  .refine((name) => !takenNames.has(name), 'is the name of somebody else in the audit log');
