import { expect } from 'chai';
import { releasedSums } from '../../../shared/aggregation/released-sums.ts';
import { evaluationLayout } from '../../../shared/evaluation/evaluation-layout.ts';
import { decodeSum, VectorEncoding, type FieldValues } from '../../../shared/layouts/vector-encoding.ts';
import { laneCount, type Part, type VectorLayout } from '../../../shared/layouts/vector-layout.ts';
import { normalisationLayout } from '../../../shared/studies/normalisation-layout.ts';
import { planSchema } from '../../../shared/studies/plan.ts';
import type { RoundPurpose } from '../../../shared/studies/round-purpose.ts';
import { expectError } from '../../support/expect-error.ts';
import { shortPlan } from '../../support/small-study.ts';

const { data, training } = shortPlan();
const binary = (column: string) => ({ type: 'binary' as const, column, values: ['no', 'yes'] as [string, string] });
const plan = planSchema.parse(shortPlan({
  data: { ...data, targets: [binary('relapse'), { type: 'multi-class', column: 'grade', values: ['I', 'II', 'III'] }, binary('death')] },
  training: { ...training, losses: ['binaryCrossentropy', 'categoricalCrossentropy', 'binaryCrossentropy'] },
  evaluation: { scoreBins: 4 },
  privacy: { smallestCell: 5 },
}));
const layout = evaluationLayout(plan);

const values = {
  'rows': [16],
  'targets/0/loss': [70_000],
  'targets/0/correct': [3],
  'targets/0/scores/negative': [3, 3, 0, 2],
  'targets/0/scores/positive': [0, 0, 2, 6],
  'targets/1/loss': [80_000],
  'targets/1/correct': [2],
  'targets/2/loss': [90_000],
  'targets/2/correct': [1],
  'targets/2/scores/negative': [6, 0, 0, 7],
  'targets/2/scores/positive': [0, 0, 0, 3],
};

function released(purpose: RoundPurpose, statistics: VectorLayout, lanes: Uint32Array, contributors = 1): ReadonlyMap<Part, { readonly lanes: Uint32Array }> {
  return releasedSums({ plan, purpose, layouts: new Map([['statistics', statistics]]), sums: new Map([['statistics', { lanes, contributors }]]) });
}

const encoded = (of: VectorLayout, fields: FieldValues) => new VectorEncoding(of, fields, { share: 1, rounding: { errorFeedback: true } }).take(laneCount(of));

describe('the sums that leave a decryptor', () => {
  for (const purpose of ['training', 'evaluation'] as const) {
    it(`of a round of ${purpose} have score histograms without small cells, target by target, and all else as it was opened`, () => {
      const { counts } = decodeSum(layout, released(purpose, layout, encoded(layout, values)).get('statistics')!.lanes, 1);
      expect(Object.fromEntries(Object.entries(counts).map(([name, of]) => [name, of.map(Number)]))).to.deep.equal({
        ...values,
        'targets/0/scores/negative': [0, 0, 8, 0],
        'targets/0/scores/positive': [0, 0, 8, 0],
        'targets/2/scores/negative': [0, 0, 0, 0],
        'targets/2/scores/positive': [0, 0, 0, 0],
      });
    });
  }

  it('of any other round are those that were opened', () => {
    const normalisation = normalisationLayout(plan);
    const lanes = encoded(normalisation, { 'present': [3, 2, 3], 'sum': [1, 1, 1], 'squares-low': [1, 1, 1], 'squares-high': [0, 0, 0] });
    expect(released('normalisation', normalisation, lanes).get('statistics')!.lanes).to.equal(lanes);
  });

  it('are refused where a lane is larger than its contributors can make it, or merged bins are', async () => {
    const lanes = encoded(layout, values);
    const scores = laneCount({ ...layout, fields: layout.fields.slice(0, 3) });
    lanes[scores] = 65_536;
    await expectError('sum-out-of-range', () => released('evaluation', layout, lanes));
    lanes.fill(65_535, scores, scores + 8);
    await expectError('sum-out-of-range', () => released('evaluation', layout, lanes));
  });
});
