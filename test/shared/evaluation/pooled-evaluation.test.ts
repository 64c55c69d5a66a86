import { expect } from 'chai';
import fc from 'fast-check';
import { evaluationLayout } from '../../../shared/evaluation/evaluation-layout.ts';
import { evaluationValues } from '../../../shared/evaluation/evaluation-values.ts';
import { aucOf, pooledEvaluation, type PooledEvaluation } from '../../../shared/evaluation/pooled-evaluation.ts';
import { planSchema } from '../../../shared/studies/plan.ts';
import { shortPlan, type PlanJson } from '../../support/small-study.ts';
import { summed } from '../../support/summed.ts';

const { data, training } = shortPlan();

function planFor(targets: PlanJson['data']['targets'], losses: PlanJson['training']['losses'], scoreBins = 200) {
  return planSchema.parse(shortPlan({ data: { ...data, targets }, training: { ...training, losses }, evaluation: { scoreBins } }));
}

/** Each site has predictions and truths, one number for each row and unit. */
function pooled(plan: ReturnType<typeof planFor>, rows: readonly number[], sites: readonly { predictions: number[][]; truths: number[][] }[]): PooledEvaluation {
  const values = sites.map(({ predictions, truths }, index) => {
    const arrays = (of: number[][]) => of.map((numbers) => Float32Array.from(numbers));
    return evaluationValues(plan, rows[index]!, arrays(predictions), arrays(truths));
  });
  return pooledEvaluation(plan, summed(evaluationLayout(plan), values));
}

describe('the pooled evaluation', () => {
  const binary = planFor([{ type: 'binary', column: 'relapse', values: ['no', 'yes'] }], ['binaryCrossentropy'], 50);
  const scored = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 40 });

  it('of a binary target has the figures of all sites\' rows in one place', () => {
    fc.assert(
      fc.property(fc.array(scored, { minLength: 2, maxLength: 6 }), (sites) => {
        const figures = pooled(binary, sites.map(({ length }) => length), sites.map((rows) => ({ predictions: [rows.map(([score]) => score)], truths: [rows.map(([, truth]) => truth)] })));
        const all = sites.flat().map(([score, truth]) => [Math.fround(score), truth] as const);
        expect(figures.rows).to.equal(all.length);
        expect(figures.accuracy).to.equal(all.filter(([score, truth]) => score > 0.5 === (truth === 1)).length / all.length);
        const bounded = (p: number) => Math.min(1 - 1e-7, Math.max(1e-7, p));
        const loss = all.reduce((sum, [score, truth]) => sum - Math.log(truth === 1 ? bounded(score) : 1 - bounded(score)), 0) / all.length;
        expect(figures.loss).to.be.closeTo(loss, 2 ** -14);
        expect(figures.auc).to.equal(bruteForceAuc(all.map(([score, truth]) => [Math.min(49, Math.floor(score * 50)), truth])));
      }),
    );
  });

  it('has no AUC where only one class is there', () => {
    expect(aucOf([1, 2, 0], [0, 0, 0])).to.equal(undefined);
    expect(aucOf([0, 0, 3], [1, 0, 0])).to.equal(0);
    expect(aucOf([3, 0, 0], [0, 0, 1])).to.equal(1);
    expect(aucOf([0, 4, 0], [0, 4, 0])).to.equal(0.5);
  });

  it('says why there is no AUC: one class is not there, or no scores were released', () => {
    const [one] = pooled(binary, [2], [{ predictions: [[0.2, 0.7]], truths: [[0, 0]] }]).targets;
    expect(one).to.deep.include({ auc: undefined, aucMissing: 'all test rows are of one class' });
    expect(one!.calibration).to.have.length(2);
    const counts = { rows: [30n], 'targets/0/loss': [0n], 'targets/0/correct': [15n], 'targets/0/scores/negative': [0n, 0n], 'targets/0/scores/positive': [0n, 0n] };
    const plan = planSchema.parse(shortPlan({ privacy: { smallestCell: 7 } }));
    expect(pooledEvaluation(plan, { steps: {}, counts }).targets).to.deep.equal([{ loss: 0, accuracy: 0.5, aucMissing: 'fewer than 7 test rows of a class' }]);
  });

  it('shows how well scores are calibrated, by tenths of the score', () => {
    const scores = [0.05, 0.06, 0.95, 0.96, 0.97];
    const { targets } = pooled(binary, [5], [{ predictions: [scores], truths: [[0, 0, 1, 1, 0]] }]);
    expect(targets[0]!.calibration!.map(({ rows, positives }) => [rows, positives])).to.deep.equal([[2, 0], [3, 2 / 3]]);
  });

  it('of several classes counts the class with the highest score', () => {
    const plan = planFor([{ type: 'multi-class', column: 'grade', values: ['I', 'II', 'III'] }], ['categoricalCrossentropy']);
    const site = { predictions: [[0.7, 0.2, 0.1, 0.1, 0.2, 0.7]], truths: [[1, 0, 0, 0, 1, 0]] };
    const figures = pooled(plan, [2, 2], [site, site]);
    expect(figures).to.include({ rows: 4, accuracy: 0.5 });
    expect(figures.loss).to.be.closeTo((-Math.log(0.7) - Math.log(0.2)) / 2, 2 ** -14);
    expect(figures.auc).to.equal(undefined);
  });

  it('of a number gives errors in its own unit and the share of variance explained', () => {
    const plan = planFor([{ type: 'regression', columns: [{ name: 'stay', unit: 'd', minimum: 0, maximum: 60 }] }], ['meanSquaredError']);
    const truths = [2, 10, 30, 50];
    const predictions = [5, 10, 24, 50];
    const [first, second] = [0, 2].map((from) => ({ predictions: [predictions.slice(from, from + 2)], truths: [truths.slice(from, from + 2)] }));
    const [column] = pooled(plan, [2, 2], [first!, second!]).targets[0]!.columns!;
    const mean = 23;
    const residual = 3 ** 2 + 6 ** 2;
    const total = truths.reduce((sum, truth) => sum + (truth - mean) ** 2, 0);
    expect(column!.meanAbsoluteError).to.be.closeTo(9 / 4, 1e-3);
    expect(column!.rootMeanSquaredError).to.be.closeTo(Math.sqrt(residual / 4), 1e-2);
    expect(column!.r2).to.be.closeTo(1 - residual / total, 1e-3);
  });

  it('caps what one row can add to the loss', () => {
    const plan = planFor([{ type: 'regression', columns: [{ name: 'stay', unit: 'd', minimum: 0, maximum: 60 }] }], ['meanSquaredError']);
    const { loss, targets } = pooled(plan, [1], [{ predictions: [[1e20]], truths: [[0]] }]);
    expect(loss).to.equal(64);
    expect(targets[0]!.columns![0]!.meanAbsoluteError).to.equal(8 * 60);
  });
});

/** Share of (negative, positive) pairs in the right order, ties counted half. */
function bruteForceAuc(rows: readonly (readonly [bin: number, truth: number])[]): number | undefined {
  const positives = rows.filter(([, truth]) => truth === 1);
  const negatives = rows.filter(([, truth]) => truth === 0);
  if (positives.length === 0 || negatives.length === 0) return undefined;
  let ordered = 0;
  for (const [positive] of positives) for (const [negative] of negatives) ordered += positive > negative ? 1 : positive === negative ? 0.5 : 0;
  return ordered / (positives.length * negatives.length);
}
