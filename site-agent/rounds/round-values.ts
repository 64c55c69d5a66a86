import { moments } from '../../shared/datasets/normalisation.ts';
import { evaluationValues } from '../../shared/evaluation/evaluation-values.ts';
import { siteWeight, weightScale } from '../../shared/layouts/site-weight.ts';
import { encodeVector, type EncodedVector } from '../../shared/layouts/vector-encoding.ts';
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
export function encodeNormalisation(plan: StudyPlan, layout: VectorLayout, data: DataSet): Uint32Array {
  return encodeVector(layout, normalisationValues(moments(data.train, plan.data)), exact).lanes;
}

/** Lanes of the evaluation part: how the model does on the site's test rows. */
export async function encodeEvaluation(plan: StudyPlan, layout: VectorLayout, data: DataSet, trainer: Trainer, weights: Float32Array): Promise<Uint32Array> {
  const predictions = await trainer.predict({ weights, examples: 'test' });
  return encodeVector(layout, evaluationValues(plan, data.test.count, predictions, data.test.targets), exact).lanes;
}

/** Lanes of the calibration part: the largest change of each tensor in a trial delta. */
export function encodeCalibration(layout: VectorLayout, tensors: readonly TensorSpec[], delta: Float32Array): Uint32Array {
  const largest = splitWeights(delta, tensors).map((values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  return encodeVector(layout, calibrationValues(largest), exact).lanes;
}

/**
 * The update part: the weighted delta, the weight, and how many values were clipped. Residuals are in the order of the weights, and the new
 * one takes the place of the delta, which is not needed any more.
 */
export function encodeUpdate(
  plan: StudyPlan,
  layout: VectorLayout,
  tensors: readonly TensorSpec[],
  update: { delta: Float32Array; residual?: Float32Array | undefined; trainingRows: number; randomnessKey: Uint8Array },
): EncodedVector {
  const { weightCap, errorFeedback } = plan.aggregation;
  const weight = siteWeight(update.trainingRows, weightCap);
  const deltas = Object.fromEntries(splitWeights(update.delta, tensors).map((values, index) => [tensorField(index, tensors[index] as TensorSpec), values]));
  const rounding = errorFeedback
    ? { errorFeedback } as const
    : { errorFeedback, uniform: keyedRandomness(update.randomnessKey, 'stochastic rounding', 0) } as const;
  const options = { share: weight / weightScale(weightCap), rounding, residual: update.residual, residualInto: update.delta };

  // How many values are clipped is known once they are encoded, and then takes its own place in the vector.
  const trial = encodeVector(layout, { ...deltas, [weightField]: [weight], [clippedField]: [0] }, options);
  const counts: VectorLayout = { ...layout, fields: layout.fields.filter((field) => field.name === clippedField) };
  const clippedLanes = encodeVector(counts, { [clippedField]: [trial.clipped] }, exact).lanes;
  trial.lanes.set(clippedLanes, trial.lanes.length - clippedLanes.length);
  return trial;
}
