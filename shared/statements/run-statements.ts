import type { Part } from '../layouts/vector-layout.ts';
import type { StatementFields, StatementValue } from './statement.ts';

/** Everything of an epoch that is sealed or signed is bound to these. */
export interface EpochIdentity {
  readonly federation: string;
  readonly study: string;
  readonly planHash: string;
  readonly run: string;
  readonly epoch: number;
  readonly rosterHash: string;
  readonly start: EpochStart;
}

/** Where an epoch begins in its run: at the first round, or where the epoch before was closed. */
export interface EpochStart {
  /** Number of its first round in the run's schedule. */
  readonly round: number;
  /** Digest of the model version from which it goes on: the initial weights in the run's first epoch. */
  readonly version: string;
  /** Hash of the run's parameters at that point. */
  readonly parametersHash: string;
  /** Heads of the two chains of manifests; empty in the run's first epoch. */
  readonly manifests: Readonly<Record<Part, string>>;
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

export function epochStartValue({ round, version, parametersHash, manifests }: EpochStart): StatementValue {
  return [round, version, parametersHash, manifests.update, manifests.statistics];
}

export function identityFields(identity: EpochIdentity): StatementFields {
  return [
    ['federation', identity.federation],
    ['study', identity.study],
    ['plan-hash', identity.planHash],
    ['run', identity.run],
    ['epoch', identity.epoch],
    ['roster-hash', identity.rosterHash],
    ['start', epochStartValue(identity.start)],
  ];
}
