import type { Part } from '../layouts/vector-layout.ts';
import { identityFields, type EpochIdentity } from './run-statements.ts';
import type { StatementFields } from './statement.ts';

/**
 * What follows from a round: what its sums are, and from which model version and parameters the run goes on. Decryptors
 * compute and sign it; a site takes part in the next round only when two of them signed the same.
 */
export interface RoundOutcome {
  readonly round: string;
  readonly attempt: number;
  /** The parts that were opened, with the manifest of each and the SHA-256 of its lane sums as little-endian uint32, hex. */
  readonly parts: readonly { readonly part: Part; readonly manifest: string; readonly sumDigest: string }[];
  /** Digest of the model version from which the run goes on; that before the round when it has no update. */
  readonly version: string;
  /** Hash of the run's parameters with which it goes on. */
  readonly parametersHash: string;
}

export const roundOutcomeDomain = 'consilium/round-outcome/v1';

/** What a decryptor signs. */
export function roundOutcomeFields(identity: EpochIdentity, outcome: RoundOutcome): StatementFields {
  const parts = [...outcome.parts].sort((a, b) => (a.part < b.part ? -1 : 1));
  return [
    ...identityFields(identity),
    ['round', outcome.round],
    ['attempt', outcome.attempt],
    ['parts', parts.map(({ part, manifest, sumDigest }) => [part, manifest, sumDigest])],
    ['version', outcome.version],
    ['parameters', outcome.parametersHash],
  ];
}
