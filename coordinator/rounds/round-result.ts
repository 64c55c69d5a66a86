import { nextModel } from '../../shared/aggregation/model-step.ts';
import { normalisationFrom } from '../../shared/datasets/normalisation.ts';
import { pooledEvaluation, type PooledEvaluation } from '../../shared/evaluation/pooled-evaluation.ts';
import { decodeSum } from '../../shared/layouts/vector-encoding.ts';
import type { Part, VectorLayout } from '../../shared/layouts/vector-layout.ts';
import type { ServerStepResult } from '../../shared/server-optimisers/server-optimiser.ts';
import { clippingRanges } from '../../shared/studies/calibration-layout.ts';
import { pooledMoments } from '../../shared/studies/normalisation-layout.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';
import type { RoundPurpose } from '../../shared/studies/round-purpose.ts';
import type { RunParameters } from '../../shared/studies/run-parameters.ts';

/** What the opened sums of a round mean. */
export interface RoundResult {
  readonly parameters?: RunParameters;
  readonly evaluation?: PooledEvaluation;
  readonly model?: ServerStepResult;
}

export interface OpenedRound {
  readonly plan: StudyPlan;
  readonly purpose: RoundPurpose;
  readonly parameters: RunParameters;
  readonly layouts: ReadonlyMap<Part, VectorLayout>;
  /** Lane sums by part. */
  readonly sums: ReadonlyMap<Part, Uint32Array>;
  readonly contributors: number;
  /** The base model, read when the round has an update. */
  readonly base: () => Promise<{ weights: Float32Array; state: Float32Array }>;
}

export async function roundResult(round: OpenedRound): Promise<RoundResult> {
  const { plan, purpose, parameters } = round;
  const statistics = decoded(round, 'statistics');
  switch (purpose) {
    case 'normalisation':
      return { parameters: { ...parameters, normalisation: normalisationFrom(pooledMoments(plan, statistics), plan.data) as RunParameters['normalisation'] } };
    case 'calibration': {
      const { clipping } = plan.aggregation;
      const headRoom = 'calibration' in clipping ? clipping.calibration.headRoom : 1;
      return { parameters: { ...parameters, clippingRanges: clippingRanges(statistics, headRoom) } };
    }
    case 'evaluation':
      return { evaluation: pooledEvaluation(plan, statistics) };
    case 'training':
      return {
        evaluation: pooledEvaluation(plan, statistics),
        model: nextModel(plan, round.layouts.get('update') as VectorLayout, decoded(round, 'update'), await round.base()),
      };
  }
}

function decoded({ layouts, sums, contributors }: OpenedRound, part: Part) {
  return decodeSum(layouts.get(part) as VectorLayout, sums.get(part) as Uint32Array, contributors);
}
