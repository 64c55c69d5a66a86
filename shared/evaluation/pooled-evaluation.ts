import type { DecodedSum } from '../layouts/vector-encoding.ts';
import type { StudyPlan, Target } from '../studies/plan.ts';
import { lossUnit, relativeUnit, rowsField, targetFields } from './evaluation-layout.ts';

/** A model version on the test rows of all contributing sites together. */
export interface PooledEvaluation {
  readonly rows: number;
  /** Sum over targets of the mean loss. */
  readonly loss: number;
  /** Share of right classes, of the first target that has classes. */
  readonly accuracy?: number;
  /** Area under the ROC curve of the first binary target that has one. */
  readonly auc?: number;
  readonly targets: readonly TargetEvaluation[];
}

export interface TargetEvaluation {
  readonly loss: number;
  readonly accuracy?: number;
  readonly auc?: number;
  /** Why a binary target has none. */
  readonly aucMissing?: string;
  /** Mean share of positives and mean score, for each tenth of the score range that has rows; missing where no scores were released. */
  readonly calibration?: readonly { readonly score: number; readonly positives: number; readonly rows: number }[];
  /** For each column of a regression, in the column's unit. */
  readonly columns?: readonly { readonly meanAbsoluteError: number; readonly rootMeanSquaredError: number; readonly r2?: number }[];
}

export function pooledEvaluation(plan: StudyPlan, sum: DecodedSum): PooledEvaluation {
  const rows = Number(count(sum, rowsField)[0]);
  const targets = plan.data.targets.map((target, index) => evaluateTarget(target, index, sum, rows, plan.privacy.smallestCell));
  return {
    rows,
    loss: targets.reduce((total, target) => total + target.loss, 0),
    accuracy: targets.find((target) => target.accuracy !== undefined)?.accuracy,
    auc: targets.find((target) => target.auc !== undefined)?.auc,
    targets,
  };
}

function evaluateTarget(target: Target, index: number, sum: DecodedSum, rows: number, smallestCell: number): TargetEvaluation {
  const names = targetFields(index);
  const loss = (Number(count(sum, names.loss)[0]) * lossUnit) / rows;
  if (target.type === 'regression') return { loss, columns: regressionFigures(target, index, sum, rows) };
  const accuracy = Number(count(sum, names.correct)[0]) / rows;
  if (target.type === 'multi-class') return { loss, accuracy };
  const [negatives, positives] = names.scores.map((name) => count(sum, name).map(Number)) as [number[], number[]];
  if (total(negatives) + total(positives) === 0) return { loss, accuracy, aucMissing: `fewer than ${smallestCell} test rows of a class` };
  const auc = aucOf(negatives, positives);
  return { loss, accuracy, auc, ...(auc === undefined && { aucMissing: 'all test rows are of one class' }), calibration: calibrationOf(negatives, positives) };
}

/**
 * Area under the ROC curve from score histograms: the share of (negative, positive) pairs in the right order, with pairs
 * in one bin counted half (Hanley and McNeil 1982). Undefined where a class is missing.
 */
export function aucOf(negatives: readonly number[], positives: readonly number[]): number | undefined {
  const pairs = total(negatives) * total(positives);
  if (pairs === 0) return undefined;
  let below = 0;
  let ordered = 0;
  negatives.forEach((negative, bin) => {
    const positive = positives[bin] as number;
    ordered += positive * (below + negative / 2);
    below += negative;
  });
  return ordered / pairs;
}

function calibrationOf(negatives: readonly number[], positives: readonly number[]): TargetEvaluation['calibration'] {
  const tenths = Array.from({ length: 10 }, () => ({ score: 0, positives: 0, rows: 0 }));
  negatives.forEach((negative, bin) => {
    const positive = positives[bin] as number;
    const middle = (bin + 0.5) / negatives.length;
    const tenth = tenths[Math.floor(middle * 10)] as (typeof tenths)[number];
    tenth.rows += negative + positive;
    tenth.positives += positive;
    tenth.score += middle * (negative + positive);
  });
  return tenths
    .filter((tenth) => tenth.rows > 0)
    .map((tenth) => ({ score: tenth.score / tenth.rows, positives: tenth.positives / tenth.rows, rows: tenth.rows }));
}

function regressionFigures(target: Extract<Target, { type: 'regression' }>, index: number, sum: DecodedSum, rows: number) {
  const names = targetFields(index);
  const [absolute, squared, value, squaredValue] = [names.absoluteError, names.squaredError, names.value, names.squaredValue].map((name) =>
    count(sum, name).map((counted) => (Number(counted) * relativeUnit) / rows),
  ) as [number[], number[], number[], number[]];
  return target.columns.map((column, at) => {
    const range = column.maximum - column.minimum;
    const variance = (squaredValue[at] as number) - (value[at] as number) ** 2;
    return {
      meanAbsoluteError: (absolute[at] as number) * range,
      rootMeanSquaredError: Math.sqrt(squared[at] as number) * range,
      r2: variance > 0 ? 1 - (squared[at] as number) / variance : undefined,
    };
  });
}

function count(sum: DecodedSum, name: string): bigint[] {
  return sum.counts[name] as bigint[];
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
