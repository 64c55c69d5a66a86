import type { Part } from '../../shared/layouts/vector-layout.ts';

/** One site's encrypted part for one round, accepted and on disk. */
export interface Contribution {
  readonly round: string;
  readonly site: string;
  readonly part: Part;
  /** SHA-256 of the ciphertext bytes, hex: names the payload. */
  readonly digest: string;
  readonly nonce: Uint8Array;
  /** The one-time tag over the ciphertexts: 8 bytes. Only members can check it. */
  readonly tag: Uint8Array;
  readonly bytes: number;
  readonly acceptedAtMs: number;
}

/** That a site sent something for a round that had closed; nothing of it is kept. */
export interface LateContribution {
  readonly round: string;
  readonly site: string;
  /** When it did so first. */
  readonly atMs: number;
}

export interface ContributionStore {
  /** In the order in which they were accepted. */
  list(round: string): Promise<Contribution[]>;
  insert(contribution: Contribution): Promise<void>;
  /** All parts that the site sent to the round. */
  remove(round: string, site: string): Promise<void>;
  late(round: string): Promise<LateContribution[]>;
  noteLate(late: LateContribution): Promise<void>;
}
