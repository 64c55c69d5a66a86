import { moments } from '../../shared/datasets/normalisation.ts';
import { evaluationValues } from '../../shared/evaluation/evaluation-values.ts';
import { siteWeight, weightScale } from '../../shared/layouts/site-weight.ts';
import { VectorEncoding, type LaneSource } from '../../shared/layouts/vector-encoding.ts';
import type { VectorLayout } from '../../shared/layouts/vector-layout.ts';
import { splitWeights } from '../../shared/models/flat-weights.ts';
import { keyedRandomness } from '../../shared/models/keyed-randomness.ts';
import type { TensorSpec } from '../../shared/models/tensor-spec.ts';
import { calibrationValues } from '../../shared/studies/calibration-layout.ts';
import { normalisationValues } from '../../shared/studies/normalisation-layout.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';
import { clippedField, tensorField, weightField } from '../../shared/studies/update-layout.ts';
import type { DataSet } from '../data/data-set.ts';
import type { Trainer } from '../training/trainer.ts';

const exact = { share: 1, rounding: { errorFeedback: true } } as const;

/** Lanes of the normalisation part: moments of the site's training rows. */
export function encodeNormalisation(plan: StudyPlan, layout: VectorLayout, data: DataSet): LaneSource {
  return new VectorEncoding(layout, normalisationValues(moments(data.train, plan.data)), exact);
}

/** Lanes of the evaluation part: how the model does on the site's test rows. */
export async function encodeEvaluation(plan: StudyPlan, layout: VectorLayout, data: DataSet, trainer: Trainer, weights: Float32Array): Promise<LaneSource> {
  const predictions = await trainer.predict({ weights, examples: 'test' });
  return new VectorEncoding(layout, evaluationValues(plan, data.test.count, predictions, data.test.targets), exact);
}

/** Lanes of the calibration part: the largest change of each tensor in a trial delta. */
export function encodeCalibration(layout: VectorLayout, tensors: readonly TensorSpec[], delta: Float32Array): LaneSource {
  const largest = splitWeights(delta, tensors).map((values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  return new VectorEncoding(layout, calibrationValues(largest), exact);
}

/**
 * The update part: the weighted delta, the weight, and how many values were clipped. As lanes are taken, rounding errors take the place of
 * the delta.
 */
export function encodeUpdate(
  plan: StudyPlan,
  layout: VectorLayout,
  tensors: readonly TensorSpec[],
  update: { delta: Float32Array; trainingRows: number; randomnessKey: Uint8Array },
): VectorEncoding {
  const { weightCap, errorFeedback } = plan.aggregation;
  const weight = siteWeight(update.trainingRows, weightCap);
  const deltas = Object.fromEntries(splitWeights(update.delta, tensors).map((values, index) => [tensorField(index, tensors[index] as TensorSpec), values]));
  const rounding = errorFeedback
    ? { errorFeedback } as const
    : { errorFeedback, uniform: keyedRandomness(update.randomnessKey, 'stochastic rounding', 0) } as const;
  return new VectorEncoding(layout, { ...deltas, [weightField]: [weight] }, { share: weight / weightScale(weightCap), rounding, residualInto: update.delta, clippedField });
}
