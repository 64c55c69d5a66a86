import type { DecodedSum } from '../layouts/vector-encoding.ts';
import type { VectorLayout } from '../layouts/vector-layout.ts';
import type { TensorSpec } from '../models/tensor-spec.ts';
import { laneWidths } from './lanes.ts';
import type { StudyPlan } from './plan.ts';

/**
 * Clipping ranges through a secure sum: each site says, for each weight tensor, in which power-of-two bucket the largest
 * change of a trial round lies. The sum tells how many sites are in a bucket, not which.
 */
const lowestExponent = -24;
const highestExponent = 8;
const bucketsPerTensor = highestExponent - lowestExponent + 1;
const magnitudeField = 'magnitude';

export function calibrationLayout(plan: StudyPlan, tensors: readonly TensorSpec[]): VectorLayout {
  return {
    part: 'statistics',
    lanes: laneWidths[plan.aggregation.lanes],
    fields: [{ kind: 'count', name: magnitudeField, length: tensors.length * bucketsPerTensor, maximum: 1 }],
  };
}

/** One site's values: `largest` holds the largest absolute change of each tensor. */
export function calibrationValues(largest: readonly number[]): Record<string, Uint8Array> {
  const buckets = new Uint8Array(largest.length * bucketsPerTensor);
  largest.forEach((magnitude, tensor) => {
    const bucket = Math.min(highestExponent, Math.max(lowestExponent, exponentAbove(magnitude))) - lowestExponent;
    buckets[tensor * bucketsPerTensor + bucket] = 1;
  });
  return { [magnitudeField]: buckets };
}

/** The smallest integer e with 2^e >= magnitude; log2 alone rounds a number just above a power of two down to it. */
function exponentAbove(magnitude: number): number {
  const exponent = Math.ceil(Math.log2(magnitude));
  return 2 ** exponent < magnitude ? exponent + 1 : exponent;
}

/**
 * Clipping range of each tensor: the upper end of the highest bucket that any site is in, times the plan's head-room. A
 * tensor that no site's trial moved takes the largest range of the others, so that it may move later.
 */
export function clippingRanges(sum: DecodedSum, headRoom: number): number[] {
  const counts = sum.counts[magnitudeField] as bigint[];
  const highest = Array.from({ length: counts.length / bucketsPerTensor }, (_, tensor) =>
    Math.max(0, counts.slice(tensor * bucketsPerTensor, (tensor + 1) * bucketsPerTensor).findLastIndex((count) => count > 0n)),
  );
  const largest = Math.max(...highest);
  return highest.map((bucket) => 2 ** (lowestExponent + (bucket === 0 ? largest : bucket)) * headRoom);
}
