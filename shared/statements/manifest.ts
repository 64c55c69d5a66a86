import type { Part } from '../layouts/vector-layout.ts';
import type { RoundPurpose } from '../studies/round-purpose.ts';
import { sha256Hex } from './digest.ts';
import { identityFields, type EpochIdentity } from './run-statements.ts';
import { encodeStatement, type StatementFields } from './statement.ts';

/** A contribution as a manifest names it. */
export interface ManifestContribution {
  readonly site: string;
  /** SHA-256 of the ciphertext bytes, hex. */
  readonly digest: string;
  /** 16 random bytes. */
  readonly nonce: Uint8Array;
  /** The one-time tag over the ciphertexts: 8 bytes. */
  readonly tag: Uint8Array;
}

/** Which contributions make up one part of a round's sum, and what the sum follows from and is. */
export interface Manifest {
  readonly round: string;
  readonly attempt: number;
  readonly purpose: RoundPurpose;
  readonly part: Part;
  readonly layoutFingerprint: string;
  /** Hash of the run's parameters under which the contributions were made. */
  readonly parametersHash: string;
  /** Digest of the model version that sites trained on or evaluated. */
  readonly base: string;
  readonly contributions: readonly ManifestContribution[];
  /** SHA-256 of the summed ciphertexts' bytes, hex. */
  readonly aggregateDigest: string;
  /** Digest of the manifest before, of the same run and part; empty for the first. */
  readonly previous: string;
}

export const manifestDomain = 'consilium/manifest/v1';

/** What sites co-sign. The digest of the same statement names the manifest. */
export function manifestFields(identity: EpochIdentity, manifest: Manifest): StatementFields {
  const contributions = [...manifest.contributions].sort((a, b) => (a.site < b.site ? -1 : 1));
  return [
    ...identityFields(identity),
    ['round', manifest.round],
    ['attempt', manifest.attempt],
    ['purpose', manifest.purpose],
    ['part', manifest.part],
    ['layout', manifest.layoutFingerprint],
    ['parameters', manifest.parametersHash],
    ['base', manifest.base],
    ['contributions', contributions.map(({ site, digest, nonce, tag }) => [site, digest, nonce, tag])],
    ['aggregate', manifest.aggregateDigest],
    ['previous', manifest.previous],
  ];
}

export function manifestDigest(identity: EpochIdentity, manifest: Manifest): string {
  return sha256Hex(encodeStatement(manifestDomain, manifestFields(identity, manifest)));
}
