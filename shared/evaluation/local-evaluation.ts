import type { StudyPlan } from '../studies/plan.ts';
import { evaluationValues } from './evaluation-values.ts';
import { pooledEvaluation, type PooledEvaluation } from './pooled-evaluation.ts';

/** The figures of rows in one place, counted exactly as a site counts its own; arguments as in `evaluationValues`. */
export function localEvaluation(plan: StudyPlan, rows: number, predictions: readonly Float32Array[], truths: readonly Float32Array[]): PooledEvaluation {
  const values = Object.entries(evaluationValues(plan, rows, predictions, truths));
  return pooledEvaluation(plan, { steps: {}, counts: Object.fromEntries(values.map(([name, counts]) => [name, counts.map(BigInt)])) });
}
