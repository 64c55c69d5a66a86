import { ConsiliumError } from '../errors/consilium-error.ts';
import { stepOf } from '../layouts/fixed-point.ts';
import { weightScale } from '../layouts/site-weight.ts';
import type { FixedPointField, VectorLayout } from '../layouts/vector-layout.ts';
import type { DecodedSum, StepSums } from '../layouts/vector-encoding.ts';
import { serverOptimiserOf } from '../server-optimisers/registry.ts';
import type { ServerModel } from '../server-optimisers/server-optimiser.ts';
import type { StudyPlan } from '../studies/plan.ts';
import { weightField } from '../studies/update-layout.ts';

/** Parameters that are moved at a time: the only numbers in memory besides the sum and one copy of the model. */
const stretch = 2 ** 14;

/**
 * Moves a model to the next one by the opened sum: FedAvg by sample count, then the server optimiser.
 * A site sends delta * weight / scale, so the mean is the sum * scale / (sum of weights).
 * Decryptors and coordinator each compute this and compare digests.
 *
 * @param model the parent, which becomes the next model
 */
export function moveModel(plan: StudyPlan, layout: VectorLayout, sum: DecodedSum, model: ServerModel): void {
  const scale = weightScale(plan.aggregation.weightCap);
  const totalWeight = Number((sum.counts[weightField] as bigint[])[0]);
  if (totalWeight === 0) throw new ConsiliumError('sum-out-of-range', 'The contributions have no weight.');
  const optimiser = serverOptimiserOf(plan.aggregation.serverOptimiser);
  const means = new Float64Array(stretch);
  let at = 0;
  for (const field of layout.fields.filter((field): field is FixedPointField => field.kind === 'fixed-point')) {
    const unit = (stepOf(field, layout.lanes) * scale) / totalWeight;
    const { lanes, offset } = sum.steps[field.name] as StepSums;
    for (let from = 0; from < lanes.length; from += stretch) {
      const mean = means.subarray(0, Math.min(stretch, lanes.length - from));
      for (let index = 0; index < mean.length; index++) mean[index] = (lanes[from + index]! - offset) * unit;
      optimiser.step(model, mean, at + from);
    }
    at += lanes.length;
  }
}
