import { moveModel } from './model-step.ts';
import { normalisationFrom } from '../datasets/normalisation.ts';
import { pooledEvaluation, type PooledEvaluation } from '../evaluation/pooled-evaluation.ts';
import { ConsiliumError } from '../errors/consilium-error.ts';
import { decodeSum, type DecodedSum } from '../layouts/vector-encoding.ts';
import type { Part, VectorLayout } from '../layouts/vector-layout.ts';
import type { ServerModel } from '../server-optimisers/server-optimiser.ts';
import { clippingRanges } from '../studies/calibration-layout.ts';
import { pooledMoments } from '../studies/normalisation-layout.ts';
import type { StudyPlan } from '../studies/plan.ts';
import type { RoundPurpose } from '../studies/round-purpose.ts';
import type { RunParameters } from '../studies/run-parameters.ts';

/** What the opened sums of a round mean. Decryptors and coordinator each compute it. */
export interface RoundResult {
  /** The run's parameters from here on. */
  readonly parameters: RunParameters;
  /** Of the base model; missing when the round does not evaluate, or when its statistics stay closed. */
  readonly evaluation?: PooledEvaluation;
  readonly model?: ServerModel;
}

/** An opened part: the lane sums, and over how many sites. */
export interface OpenedSum {
  readonly lanes: Uint32Array;
  readonly contributors: number;
}

export interface OpenedRound {
  readonly plan: StudyPlan;
  readonly purpose: RoundPurpose;
  readonly parameters: RunParameters;
  readonly layouts: ReadonlyMap<Part, VectorLayout>;
  /** By part; statistics may stay closed in a training round. */
  readonly sums: ReadonlyMap<Part, OpenedSum>;
  /** A copy of the base model, read when the round has an update: it becomes the next model. */
  readonly base: () => Promise<ServerModel>;
}

/** @throws sum-out-of-range, layout-mismatch also when a part that the purpose cannot do without stayed closed */
export async function roundResult(round: OpenedRound): Promise<RoundResult> {
  const { plan, purpose, parameters } = round;
  switch (purpose) {
    case 'normalisation':
      return { parameters: { ...parameters, normalisation: normalisationFrom(pooledMoments(plan, decoded(round, 'statistics')), plan.data) as RunParameters['normalisation'] } };
    case 'calibration': {
      const { clipping } = plan.aggregation;
      const headRoom = 'calibration' in clipping ? clipping.calibration.headRoom : 1;
      return { parameters: { ...parameters, clippingRanges: clippingRanges(decoded(round, 'statistics'), headRoom) } };
    }
    case 'evaluation':
      return { parameters, ...evaluated(round) };
    case 'training': {
      const model = await round.base();
      moveModel(plan, round.layouts.get('update') as VectorLayout, decoded(round, 'update'), model);
      return { parameters, ...evaluated(round), model };
    }
  }
}

function evaluated(round: OpenedRound): Pick<RoundResult, 'evaluation'> {
  return round.sums.has('statistics') ? { evaluation: pooledEvaluation(round.plan, decoded(round, 'statistics')) } : {};
}

function decoded({ layouts, sums }: OpenedRound, part: Part): DecodedSum {
  const [layout, sum] = [layouts.get(part), sums.get(part)];
  if (!layout || !sum) throw new ConsiliumError('layout-mismatch', `The ${part} part was not opened.`);
  return decodeSum(layout, sum.lanes, sum.contributors);
}
