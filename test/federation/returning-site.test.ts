import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startFederation } from '../support/federation.ts';
import { happens } from '../support/run-moments.ts';
import { SetClock } from '../support/set-clock.ts';
import { shortPlan, smallDataSet, smallTables } from '../support/small-study.ts';
import { SumWitness } from '../support/sum-witness.ts';

const deadlineSeconds = 60;

describe('a site that was away for two rounds', () => {
  it('keeps the rounding error of its last contribution, which was summed meanwhile, and every sum is exact', async () => {
    const clock = new SetClock();
    const beforeStart = async (folder: string) => writeFileSync(join(folder, 'policy.json'), JSON.stringify({ minimumContributors: 2 }));
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south'), clock, beforeStart });
    using witness = new SumWitness(federation, 'mercy');
    let away = false;
    const partsIn = new Map<number, number>();
    using _deadlines = federation.coordinator.events.listen(({ event, round }) => {
      if (event !== 'contribution-accepted') return;
      const parts = (partsIn.get(Number(round)) ?? 0) + 1;
      partsIn.set(Number(round), parts);
      if (away && parts === 4) clock.aheadMs += 1000 * deadlineSeconds; // two sites, two parts each
    });
    const plan = shortPlan({ privacy: { minimumContributors: 2, minimumSamples: 20, smallestCell: 1 }, rounds: { count: 4, quorum: 2, deadlineSeconds } });
    const { id } = await federation.start(plan);
    const state = (beginning: string) => {
      const folder = join(federation.siteFolder('south'), 'state', 'runs', id);
      const name = readdirSync(folder).find((name) => name.startsWith(beginning));
      return name === undefined ? undefined : readFileSync(join(folder, name));
    };
    let leaving: PromiseLike<void> | undefined;
    await happens(federation, 'round-published', () => {
      away = true;
      leaving = federation.agent('south')[Symbol.asyncDispose]();
    });
    const roundingError = state('pending-residual');
    expect(roundingError).to.have.length(4 * 4);
    await happens(federation, 'round-published');
    await happens(federation, 'round-published', () => (away = false));
    const keptInRoundThree = Promise.withResolvers<Buffer | undefined>();
    using _contributions = federation.coordinator.events.listen(({ event, round, site }) => {
      if (event === 'contribution-accepted' && round === 3 && site === 'south') keptInRoundThree.resolve(state('residual'));
    });
    await leaving;
    await federation.startAgent('south');
    expect(await keptInRoundThree.promise).to.deep.equal(roundingError);
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
    const sums = await witness.sums(id);
    const updates = sums.filter(({ part }) => part === 'update');
    expect(updates.map(({ contributors }) => contributors)).to.deep.equal([3, 2, 2, 3]);
    for (const { round, part, contributed, opened } of sums) expect(opened, `${round} ${part}`).to.deep.equal(contributed);
  });
});
