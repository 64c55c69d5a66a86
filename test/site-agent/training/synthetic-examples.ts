import type { Examples } from '../../../shared/datasets/examples.ts';
import { keyedRandomness } from '../../../shared/models/keyed-randomness.ts';

/** Rows with one binary target, always the same: inputs between -1 and 1, or whole numbers below `indexes`. */
export function syntheticExamples({ count, inputShape, indexes }: { count: number; inputShape: readonly number[]; indexes?: number }): Examples {
  const random = keyedRandomness(Buffer.alloc(32, 3), 'synthetic examples', 0);
  const width = inputShape.reduce((product, size) => product * size, 1);
  const value = indexes === undefined ? () => 2 * random() - 1 : () => Math.floor(random() * indexes);
  return {
    count,
    inputs: Float32Array.from({ length: count * width }, value),
    targets: [Float32Array.from({ length: count }, () => Math.round(random()))],
  };
}
