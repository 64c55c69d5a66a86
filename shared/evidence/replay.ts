import { roundResult, type OpenedSum } from '../aggregation/round-result.ts';
import { ConsiliumError } from '../errors/consilium-error.ts';
import type { PooledEvaluation } from '../evaluation/pooled-evaluation.ts';
import { parts, type Part, type VectorLayout } from '../layouts/vector-layout.ts';
import { littleEndianBytes } from '../payloads/little-endian.ts';
import { sha256Hex } from '../statements/digest.ts';
import { roundLayouts } from '../studies/round-layouts.ts';
import type { RunParameters } from '../studies/run-parameters.ts';
import type { Evidence } from './evidence.ts';
import { agreedOutcome, publishedRounds, type RoundEvidence } from './round-evidence.ts';

/** What a published round comes to, computed from its opened sums alone. */
export interface ReplayedRound {
  readonly round: RoundEvidence;
  /** The run's parameters before the round, and the layouts that follow from them. */
  readonly before: RunParameters;
  readonly layouts: ReadonlyMap<Part, VectorLayout>;
  /** The run's parameters after the round. */
  readonly parameters: RunParameters;
  /** Of the round's base version. */
  readonly evaluation?: PooledEvaluation;
  /** Digests of the model that follows; of an optimiser without slots the state's is empty. */
  readonly model?: { readonly weightsDigest: string; readonly optimiserStateDigest: string };
}

/** Goes through a run once more, from its plan, its initial weights and the sums that were opened. @throws evidence-refuted */
export async function replay(evidence: Evidence): Promise<ReplayedRound[]> {
  const { plan, tensors, documents } = evidence;
  const replayed: ReplayedRound[] = [];
  let parameters: RunParameters = {};
  for (const round of publishedRounds(documents)) {
    const before = parameters;
    const { id, purpose, baseVersion } = round.record;
    const base = documents['model-versions.json'].find(({ digest }) => digest === baseVersion);
    if (!base) throw new ConsiliumError('evidence-refuted', `Round ${id} is based on a version that is not there.`);
    const layouts = roundLayouts(plan, tensors, purpose, before);
    const result = await roundResult({
      plan,
      purpose,
      parameters: before,
      layouts,
      sums: await openedSums(evidence, round),
      base: async () => ({ weights: await evidence.weights(base.weightsDigest), state: await evidence.optimiserState(base.optimiserStateDigest) }),
    });
    parameters = result.parameters;
    const model = result.model && { weightsDigest: digestOf(result.model.weights), optimiserStateDigest: digestOf(result.model.state) };
    replayed.push({ round, before, layouts, parameters, evaluation: result.evaluation, model });
  }
  return replayed;
}

/** The sums that two decryptors signed, of these parts as far as they were opened. @throws evidence-refuted */
export async function openedSums(evidence: Evidence, round: RoundEvidence, wanted: readonly Part[] = parts): Promise<Map<Part, OpenedSum>> {
  const sums = new Map<Part, OpenedSum>();
  for (const { part, sumDigest } of agreedOutcome(round).parts) {
    if (!wanted.includes(part)) continue;
    const contributors = round.manifests.find((manifest) => manifest.part === part)?.contributions.length ?? 0;
    sums.set(part, { lanes: await evidence.sum(sumDigest), contributors });
  }
  return sums;
}

function digestOf(values: Float32Array): string {
  return values.length === 0 ? '' : sha256Hex(littleEndianBytes(values));
}
