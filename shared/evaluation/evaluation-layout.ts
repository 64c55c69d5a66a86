import type { CountField, VectorLayout } from '../layouts/vector-layout.ts';
import { laneWidths } from '../studies/lanes.ts';
import type { StudyPlan, Target } from '../studies/plan.ts';

/**
 * What a site says about a model on its own test rows, all of it as exact counts: sums of real numbers are
 * counted in fixed units, so that the pooled figures do not depend on the order of the sites.
 */

/** Rows a site may have: enough for every hospital, and small enough that no total passes 2^53. */
export const largestRowCount = 2 ** 31;
/** A row's loss counts at most this much, in units of 2^-14. */
export const largestRowLoss = 64;
export const lossUnit = 2 ** -14;
/** Errors and values of a regression are relative to the contract's range, at most 8 of it, in units of 2^-18. */
export const largestRelativeError = 8;
export const relativeUnit = 2 ** -18;

export const rowsField = 'rows';

/** Names of a target's fields. `correct` is there for classes, `scores` for a binary target, the rest for a regression. */
export function targetFields(index: number) {
  const prefix = `targets/${index}`;
  return {
    loss: `${prefix}/loss`,
    correct: `${prefix}/correct`,
    /** Histogram over [0, 1] of the score of the positive class, by true class. */
    scores: [`${prefix}/scores/negative`, `${prefix}/scores/positive`] as const,
    absoluteError: `${prefix}/absolute-error`,
    squaredError: `${prefix}/squared-error`,
    value: `${prefix}/value`,
    squaredValue: `${prefix}/squared-value`,
  };
}

export function evaluationLayout(plan: StudyPlan): VectorLayout {
  return {
    part: 'statistics',
    lanes: laneWidths[plan.aggregation.lanes],
    fields: [
      { kind: 'count', name: rowsField, length: 1, maximum: largestRowCount },
      ...plan.data.targets.flatMap((target, index) => fieldsOf(target, index, plan.evaluation.scoreBins)),
    ],
  };
}

function fieldsOf(target: Target, index: number, scoreBins: number): CountField[] {
  const names = targetFields(index);
  const count = (name: string, length: number, maximum: number): CountField => ({ kind: 'count', name, length, maximum });
  const loss = count(names.loss, 1, (largestRowCount * largestRowLoss) / lossUnit);
  if (target.type === 'regression') {
    const width = target.columns.length;
    return [
      loss,
      count(names.absoluteError, width, (largestRowCount * largestRelativeError) / relativeUnit),
      count(names.squaredError, width, (largestRowCount * largestRelativeError) / relativeUnit),
      count(names.value, width, largestRowCount / relativeUnit),
      count(names.squaredValue, width, largestRowCount / relativeUnit),
    ];
  }
  const correct = count(names.correct, 1, largestRowCount);
  if (target.type === 'multi-class') return [loss, correct];
  return [loss, correct, ...names.scores.map((name) => count(name, scoreBins, largestRowCount))];
}
