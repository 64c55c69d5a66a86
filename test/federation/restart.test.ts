import { expect } from 'chai';
import { startFederation } from '../support/federation.ts';
import { happens } from '../support/run-moments.ts';
import { smallDataSet, smallPlan, smallTables } from '../support/small-study.ts';
import { SumWitness } from '../support/sum-witness.ts';

describe('a coordinator that is stopped and started again', () => {
  it('goes on with the run from wherever it was, and every sum is exact', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    using witness = new SumWitness(federation, 'mercy');
    const { id } = await federation.start(smallPlan());
    // One site is away while the first contributions come in, so that they are on both sides of a restart.
    await happens(federation, 'run-keyed', () => void federation.agent('south')[Symbol.asyncDispose]());
    await federation.restartCoordinator();
    await happens(federation, 'contribution-accepted');
    await federation.restartCoordinator();
    await federation.startAgent('south');
    for (const moment of ['round-closing', 'round-verified']) {
      await happens(federation, moment);
      await federation.restartCoordinator();
    }
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
    const sums = await witness.sums(id);
    expect(sums.map(({ contributors }) => contributors)).to.deep.equal(new Array(7).fill(3));
    for (const { round, part, contributed, opened } of sums) expect(opened, `${round} ${part}`).to.deep.equal(contributed);
  });
});
