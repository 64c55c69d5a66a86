import type { PooledEvaluation } from '../../shared/evaluation/pooled-evaluation.ts';
import type { Lineage } from '../../shared/statements/model-lineage.ts';

/** An immutable set of weights and where it comes from. Its digest covers all of it. */
export interface ModelVersion extends Lineage {
  readonly digest: string;
  readonly createdAtMs: number;
  /** The decryptors' Ed25519 signatures over the round's result; none for initial weights. */
  readonly signatures: readonly { readonly site: string; readonly signature: string }[];
}

export interface ModelVersionStore {
  find(digest: string): Promise<ModelVersion | undefined>;
  /** Oldest first. */
  list(run: string): Promise<ModelVersion[]>;
  /** The last of the list. */
  newest(run: string): Promise<ModelVersion | undefined>;
  insert(version: ModelVersion): Promise<void>;
  /** The pooled evaluation of a version, from the round that had it as its base. */
  evaluation(digest: string): Promise<PooledEvaluation | undefined>;
  setEvaluation(digest: string, round: string, evaluation: PooledEvaluation): Promise<void>;
}
