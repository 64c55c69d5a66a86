import type { LossName } from '../studies/plan.ts';

const epsilon = 1e-7;

/** Loss of one row of a target: `prediction` and `truth` have the target's width. Means over the width, as tfjs computes them. */
export type RowLoss = (prediction: Float32Array, truth: Float32Array) => number;

export const rowLosses: Readonly<Record<LossName, RowLoss>> = {
  binaryCrossentropy: mean((p, y) => -(y * Math.log(bounded(p)) + (1 - y) * Math.log(1 - bounded(p)))),
  categoricalCrossentropy: (prediction, truth) => prediction.reduce((sum, p, index) => sum - (truth[index] as number) * Math.log(bounded(p)), 0),
  meanSquaredError: mean((p, y) => (p - y) ** 2),
  meanAbsoluteError: mean((p, y) => Math.abs(p - y)),
  huberLoss: mean((p, y) => (Math.abs(p - y) <= 1 ? 0.5 * (p - y) ** 2 : Math.abs(p - y) - 0.5)),
};

function mean(loss: (prediction: number, truth: number) => number): RowLoss {
  return (prediction, truth) => prediction.reduce((sum, p, index) => sum + loss(p, truth[index] as number), 0) / prediction.length;
}

function bounded(probability: number): number {
  return Math.min(1 - epsilon, Math.max(epsilon, probability));
}
