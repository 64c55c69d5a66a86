import type { InputMoments } from '../datasets/normalisation.ts';
import { largestRowCount } from '../evaluation/evaluation-layout.ts';
import type { DecodedSum } from '../layouts/vector-encoding.ts';
import type { VectorLayout } from '../layouts/vector-layout.ts';
import { inputFeatures } from './inputs.ts';
import { laneWidths } from './lanes.ts';
import type { StudyPlan } from './plan.ts';

/**
 * Moments of the inputs as exact counts. A value has 20 bits, its square 40: sums of squares over many rows pass
 * the 53 bits of a count, so they travel as two counts of 32-bit halves.
 */
const halfBits = 32n;
const halfMask = 2 ** 32 - 1;
const valueSteps = 2 ** 20;

export function normalisationLayout(plan: StudyPlan): VectorLayout {
  const length = inputFeatures(plan.data).length;
  return {
    part: 'statistics',
    lanes: laneWidths[plan.aggregation.lanes],
    fields: [
      { kind: 'count', name: 'present', length, maximum: largestRowCount },
      { kind: 'count', name: 'sum', length, maximum: largestRowCount * valueSteps },
      { kind: 'count', name: 'squares-low', length, maximum: halfMask },
      { kind: 'count', name: 'squares-high', length, maximum: (largestRowCount * valueSteps ** 2) / 2 ** Number(halfBits) },
    ],
  };
}

export function normalisationValues(moments: readonly InputMoments[]): Record<string, number[]> {
  return {
    'present': moments.map(({ count }) => Number(count)),
    'sum': moments.map(({ sum }) => Number(sum)),
    'squares-low': moments.map(({ sumOfSquares }) => Number(BigInt.asUintN(Number(halfBits), sumOfSquares))),
    'squares-high': moments.map(({ sumOfSquares }) => Number(sumOfSquares >> halfBits)),
  };
}

/** The pooled moments behind a sum. */
export function pooledMoments(plan: StudyPlan, { counts }: DecodedSum): InputMoments[] {
  const field = (name: string, index: number) => (counts[name] as bigint[])[index] as bigint;
  return inputFeatures(plan.data).map(({ name }, index) => ({
    name,
    count: field('present', index),
    sum: field('sum', index),
    sumOfSquares: (field('squares-high', index) << halfBits) + field('squares-low', index),
  }));
}
