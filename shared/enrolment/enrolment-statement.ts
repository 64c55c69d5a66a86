import { sha256 } from '../statements/digest.ts';
import type { StatementFields } from '../statements/statement.ts';

export const enrolmentDomain = 'consilium/enrolment/1';

export interface EnrolmentKeys {
  /** PKCS #10, DER. */
  readonly certificateRequest: Uint8Array;
  /** Ed25519, 32 bytes raw. */
  readonly signingKey: Uint8Array;
  /** X25519, 32 bytes raw. */
  readonly agreementKey: Uint8Array;
}

/** What a site signs to enrol: all its keys, bound to the one token. */
export function enrolmentStatement(token: string, keys: EnrolmentKeys): StatementFields {
  return [
    ['token hash', sha256(token)],
    ['certificate request', keys.certificateRequest],
    ['signing key', keys.signingKey],
    ['agreement key', keys.agreementKey],
  ];
}
