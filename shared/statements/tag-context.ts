import type { Part } from '../layouts/vector-layout.ts';
import { identityFields, type EpochIdentity } from './run-statements.ts';
import { encodeStatement } from './statement.ts';

/** Which sum of an epoch a tag is for. */
export interface TaggedSum {
  readonly round: string;
  readonly attempt: number;
  readonly part: Part;
  readonly layoutFingerprint: string;
}

/** What every tag of one sum is bound to: under another context the same ciphertexts have unrelated tags. */
export function tagContext(identity: EpochIdentity, { round, attempt, part, layoutFingerprint }: TaggedSum): Uint8Array<ArrayBuffer> {
  return encodeStatement('consilium/tag-context/v1', [
    ...identityFields(identity),
    ['round', round],
    ['attempt', attempt],
    ['part', part],
    ['layout', layoutFingerprint],
  ]);
}
