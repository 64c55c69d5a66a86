import type { Part } from '../layouts/vector-layout.ts';
import type { StatementFields } from './statement.ts';

/** Everything of an epoch that is sealed or signed is bound to these. */
export interface EpochIdentity {
  readonly federation: string;
  readonly study: string;
  readonly planHash: string;
  readonly run: string;
  readonly epoch: number;
  readonly rosterHash: string;
}

export const epochKeyDomain = 'consilium/epoch-key/v1';

/** What a member signs about its X25519 key for an epoch. */
export function epochKeyFields(identity: EpochIdentity, site: string, publicKey: Uint8Array): StatementFields {
  return [...identityFields(identity), ['site', site], ['public-key', publicKey]];
}

/** A group key sealed to one member: HPKE (RFC 9180) encapsulation and ciphertext, signed by the custodian. */
export interface SealedBox {
  readonly recipient: string;
  readonly encapsulation: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly signature: Uint8Array;
}

export const sealedBoxDomain = 'consilium/sealed-group-key-box/v1';

/** What the custodian signs about the box for one recipient. */
export function sealedBoxFields(
  identity: EpochIdentity,
  box: Omit<SealedBox, 'signature'> & { readonly custodian: string; readonly groupKeyHash: string },
): StatementFields {
  return [
    ...identityFields(identity),
    ['custodian', box.custodian],
    ['recipient', box.recipient],
    ['group-key-hash', box.groupKeyHash],
    ['encapsulation', box.encapsulation],
    ['ciphertext', box.ciphertext],
  ];
}

export const decryptionDomain = 'consilium/decryption/v1';

/** What a decryptor signs: which aggregates it opened, what the sums are, and which model follows. */
export function decryptionFields(
  identity: EpochIdentity,
  result: {
    readonly round: string;
    readonly attempt: number;
    readonly baseVersion: string;
    readonly parts: readonly { readonly part: Part; readonly aggregateDigest: string; readonly sumDigest: string }[];
    readonly weightsDigest: string;
    readonly optimiserStateDigest: string;
  },
): StatementFields {
  return [
    ...identityFields(identity),
    ['round', result.round],
    ['attempt', result.attempt],
    ['base-version', result.baseVersion],
    ['parts', result.parts.map(({ part, aggregateDigest, sumDigest }) => [part, aggregateDigest, sumDigest])],
    ['weights', result.weightsDigest],
    ['optimiser-state', result.optimiserStateDigest],
  ];
}

export function identityFields(identity: EpochIdentity): StatementFields {
  return [
    ['federation', identity.federation],
    ['study', identity.study],
    ['plan-hash', identity.planHash],
    ['run', identity.run],
    ['epoch', identity.epoch],
    ['roster-hash', identity.rosterHash],
  ];
}
