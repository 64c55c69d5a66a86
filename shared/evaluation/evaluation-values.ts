import type { StudyPlan, Target } from '../studies/plan.ts';
import { largestRelativeError, largestRowLoss, lossUnit, relativeUnit, rowsField, targetFields } from './evaluation-layout.ts';
import { rowLosses, type RowLoss } from './row-losses.ts';

/**
 * Counts of an evaluation, in the fields of `evaluationLayout`.
 *
 * @param predictions for each target rows x width values of the model's output
 * @param truths for each target rows x width values: 0/1, one-hot, or numbers in the contract's unit
 */
export function evaluationValues(
  plan: StudyPlan,
  rows: number,
  predictions: readonly Float32Array[],
  truths: readonly Float32Array[],
): Record<string, number[]> {
  const values: Record<string, number[]> = { [rowsField]: [rows] };
  plan.data.targets.forEach((target, index) => {
    const loss = rowLosses[plan.training.losses[index] as keyof typeof rowLosses];
    Object.assign(values, targetValues(target, index, plan.evaluation.scoreBins, loss, rows, predictions[index] as Float32Array, truths[index] as Float32Array));
  });
  return values;
}

function targetValues(
  target: Target,
  index: number,
  scoreBins: number,
  lossOf: RowLoss,
  rows: number,
  predictions: Float32Array,
  truths: Float32Array,
): Record<string, number[]> {
  const names = targetFields(index);
  const width = rows === 0 ? 0 : predictions.length / rows;
  const tally = target.type === 'regression' ? regressionTally(target, names) : classTally(target, names, scoreBins);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const prediction = predictions.subarray(row * width, (row + 1) * width);
    const truth = truths.subarray(row * width, (row + 1) * width);
    loss += Math.min(largestRowLoss, lossOf(prediction, truth));
    tally.add(prediction, truth);
  }
  return { [names.loss]: [Math.round(loss / lossUnit)], ...tally.values() };
}

interface Tally {
  add(prediction: Float32Array, truth: Float32Array): void;
  values(): Record<string, number[]>;
}

function classTally(target: Target, names: ReturnType<typeof targetFields>, scoreBins: number): Tally {
  let correct = 0;
  const histograms = [new Array<number>(scoreBins).fill(0), new Array<number>(scoreBins).fill(0)] as const;
  const binary = target.type === 'binary';
  return {
    add(prediction, truth) {
      if (!binary) {
        if (largestIndex(prediction) === largestIndex(truth)) correct++;
        return;
      }
      const score = prediction[0] as number;
      const positive = (truth[0] as number) > 0.5;
      if (score > 0.5 === positive) correct++;
      const bin = Math.min(scoreBins - 1, Math.max(0, Math.floor(score * scoreBins)));
      (positive ? histograms[1] : histograms[0])[bin]!++;
    },
    values: () => ({
      [names.correct]: [correct],
      ...(binary ? { [names.scores[0]]: histograms[0], [names.scores[1]]: histograms[1] } : {}),
    }),
  };
}

function regressionTally(target: Extract<Target, { type: 'regression' }>, names: ReturnType<typeof targetFields>): Tally {
  const sums = { absolute: zeros(), squared: zeros(), value: zeros(), squaredValue: zeros() };
  function zeros(): number[] {
    return target.type === 'regression' ? target.columns.map(() => 0) : [];
  }
  return {
    add(prediction, truth) {
      target.columns.forEach((column, at) => {
        const range = column.maximum - column.minimum;
        const error = Math.abs((prediction[at] as number) - (truth[at] as number)) / range;
        // float32 may put a value at the edge of the contract's range just past it.
        const value = Math.min(1, Math.max(0, ((truth[at] as number) - column.minimum) / range));
        sums.absolute[at]! += Math.min(largestRelativeError, error);
        sums.squared[at]! += Math.min(largestRelativeError, error ** 2);
        sums.value[at]! += value;
        sums.squaredValue[at]! += value ** 2;
      });
    },
    values: () => ({
      [names.absoluteError]: sums.absolute.map(inUnits),
      [names.squaredError]: sums.squared.map(inUnits),
      [names.value]: sums.value.map(inUnits),
      [names.squaredValue]: sums.squaredValue.map(inUnits),
    }),
  };
}

function inUnits(sum: number): number {
  return Math.round(sum / relativeUnit);
}

function largestIndex(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}
