import { weightScale } from '../layouts/site-weight.ts';
import type { VectorLayout } from '../layouts/vector-layout.ts';
import { elements, type TensorSpec } from '../models/tensor-spec.ts';
import { laneWidths } from './lanes.ts';
import type { StudyPlan } from './plan.ts';
import type { RunParameters } from './run-parameters.ts';

/** The count field with the site's weight, and the one with how many of its values were clipped. */
export const weightField = 'weight';
export const clippedField = 'clipped';

/** Name of the fixed-point field of weight tensor number `index`. */
export function tensorField(index: number, tensor: TensorSpec): string {
  return `delta/${index}/${tensor.name}`;
}

/** The update part: one fixed-point field for each weight tensor, the site's weight, the number of clipped values. */
export function updateLayout(plan: StudyPlan, tensors: readonly TensorSpec[], parameters: RunParameters): VectorLayout {
  const sizes = tensors.map(elements);
  return {
    part: 'update',
    lanes: laneWidths[plan.aggregation.lanes],
    fields: [
      ...tensors.map((tensor, index) => ({
        kind: 'fixed-point' as const,
        name: tensorField(index, tensor),
        length: sizes[index] as number,
        range: clippingRange(plan, parameters, index),
      })),
      { kind: 'count', name: weightField, length: 1, maximum: weightScale(plan.aggregation.weightCap) },
      { kind: 'count', name: clippedField, length: 1, maximum: sizes.reduce((sum, size) => sum + size, 0) },
    ],
  };
}

function clippingRange(plan: StudyPlan, parameters: RunParameters, index: number): number {
  const { clipping } = plan.aggregation;
  if ('range' in clipping) return clipping.range;
  // Before the ranges are known only the checks of a plan ask, and they do not depend on the value.
  return parameters.clippingRanges?.[index] ?? 1;
}
