import { expect } from 'chai';
import { startFederation } from '../support/federation.ts';
import { smallDataSet, smallPlan, smallTables } from '../support/small-study.ts';
import { SumWitness } from '../support/sum-witness.ts';

describe('a federation', () => {
  for (const lanes of ['16+6', '16+3', '14+3'] as const) {
    it(`opens, in every round, exactly the integer sum of what its sites encoded in lanes of ${lanes} bits`, async () => {
      await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
      using witness = new SumWitness(federation, 'mercy');
      const { aggregation } = smallPlan();
      const run = await federation.run(smallPlan({ aggregation: { ...aggregation, lanes } }), 7);
      expect(run.state, run.reason).to.equal('COMPLETED');
      const sums = await witness.sums(run.id);
      expect(sums.map(({ purpose, part }) => `${purpose} ${part}`)).to.deep.equal([
        'normalisation statistics', 'calibration statistics', 'training update', 'training statistics', 'training update', 'training statistics', 'evaluation statistics',
      ]);
      for (const { round, part, contributed, opened } of sums) expect(opened, `${round} ${part}`).to.deep.equal(contributed);
    });
  }
});
