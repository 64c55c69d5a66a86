import { ConsiliumError } from '../errors/consilium-error.ts';
import { stepOf } from '../layouts/fixed-point.ts';
import { weightScale } from '../layouts/site-weight.ts';
import type { FixedPointField, VectorLayout } from '../layouts/vector-layout.ts';
import type { DecodedSum } from '../layouts/vector-encoding.ts';
import { serverOptimiserOf } from '../server-optimisers/registry.ts';
import type { ServerStepResult } from '../server-optimisers/server-optimiser.ts';
import type { StudyPlan } from '../studies/plan.ts';
import { weightField } from '../studies/update-layout.ts';

/**
 * The next model from its parent and the opened sum: FedAvg by sample count, then the server optimiser.
 * A site sends delta * weight / scale, so the mean is the sum * scale / (sum of weights).
 * Decryptors and coordinator each compute this and compare digests.
 */
export function nextModel(
  plan: StudyPlan,
  layout: VectorLayout,
  sum: DecodedSum,
  base: { weights: Float32Array; state: Float32Array },
): ServerStepResult {
  const scale = weightScale(plan.aggregation.weightCap);
  const totalWeight = Number((sum.counts[weightField] as bigint[])[0]);
  if (totalWeight === 0) throw new ConsiliumError('sum-out-of-range', 'The contributions have no weight.');
  const mean = new Float64Array(base.weights.length);
  let at = 0;
  for (const field of layout.fields.filter((field): field is FixedPointField => field.kind === 'fixed-point')) {
    const unit = (stepOf(field, layout.lanes) * scale) / totalWeight;
    const steps = sum.steps[field.name] as Int32Array;
    for (let index = 0; index < steps.length; index++) mean[at++] = (steps[index] as number) * unit;
  }
  return serverOptimiserOf(plan.aggregation.serverOptimiser).step({ ...base, mean });
}
