import type { PooledEvaluation } from '../../shared/evaluation/pooled-evaluation.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { encodeStatement } from '../../shared/statements/statement.ts';

/** An immutable set of weights and where it comes from. Its digest covers all of it. */
export interface ModelVersion extends Lineage {
  readonly digest: string;
  readonly createdAtMs: number;
  /** The decryptors' Ed25519 signatures over the round's result; none for initial weights. */
  readonly signatures: readonly { readonly site: string; readonly signature: string }[];
}

export interface Lineage {
  readonly run: string;
  readonly planHash: string;
  /** 0 for the initial weights, then one more for each training round. */
  readonly number: number;
  readonly parent: string;
  readonly round: string;
  /** The update contributions that were summed, by site name. */
  readonly contributions: readonly { readonly site: string; readonly digest: string }[];
  /** SHA-256 of the opened sum of the update part, hex. */
  readonly sumDigest: string;
  /** SHA-256 of the flat weights as little-endian float32, hex. */
  readonly weightsDigest: string;
  /** Likewise for the server optimiser's slots; empty when it has none. */
  readonly optimiserStateDigest: string;
}

export interface ModelVersionStore {
  find(digest: string): Promise<ModelVersion | undefined>;
  /** Oldest first. */
  list(run: string): Promise<ModelVersion[]>;
  insert(version: ModelVersion): Promise<void>;
  /** The pooled evaluation of a version, from the round that had it as its base. */
  evaluation(digest: string): Promise<PooledEvaluation | undefined>;
  setEvaluation(digest: string, round: string, evaluation: PooledEvaluation): Promise<void>;
}

export function versionDigest(lineage: Lineage): string {
  return sha256Hex(
    encodeStatement('consilium/model-version/v1', [
      ['run', lineage.run],
      ['plan-hash', lineage.planHash],
      ['number', lineage.number],
      ['parent', lineage.parent],
      ['round', lineage.round],
      ['contributions', lineage.contributions.map(({ site, digest }) => [site, digest])],
      ['sum', lineage.sumDigest],
      ['weights', lineage.weightsDigest],
      ['optimiser-state', lineage.optimiserStateDigest],
    ]),
  );
}
