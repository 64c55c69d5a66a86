import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { startFederation, type Federation } from '../support/federation.ts';
import { shortPlan, smallDataSet, smallTables } from '../support/small-study.ts';
import { groupKeyFile, SumWitness } from '../support/sum-witness.ts';

const plan = shortPlan({ rounds: { count: 6, quorum: 3, deadlineSeconds: 60 } });

describe('a run whose roster changes', () => {
  it('goes on in a new epoch with the site that joined, and every sum is exact', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('east', 'mercy', 'north', 'south') });
    using witness = new SumWitness(federation, 'mercy');
    const run = await changeAfterFirstRound(federation, ['east', 'mercy', 'north'], ['east', 'mercy', 'north', 'south']);

    const epochs = await epochsOf(federation, run);
    expect(epochs.map(({ members }) => members)).to.deep.equal([['east', 'mercy', 'north'], ['east', 'mercy', 'north', 'south']]);
    expect(epochs[0]!.groupKeyHash).not.to.equal(epochs[1]!.groupKeyHash);
    const sums = await witness.sums(run);
    const updates = sums.filter(({ part }) => part === 'update').map(({ contributors }) => contributors);
    expect(updates.slice(0, 1).concat(updates.slice(-1))).to.deep.equal([3, 4]);
    for (const { round, part, contributed, opened } of sums) expect(opened, `${round} ${part}`).to.deep.equal(contributed);
    const actions = (await federation.store.read.audit.list(0, 10_000)).filter(({ subject }) => subject === run).map(({ action }) => action);
    expect(actions).to.include.members(['epoch closing', 'epoch end signed', 'epoch opened']);
  });

  it('goes on without the site that left, which erases its keys', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('east', 'mercy', 'north', 'south') });
    const run = await changeAfterFirstRound(federation, ['east', 'mercy', 'north', 'south'], ['east', 'mercy', 'north']);
    const epochs = await epochsOf(federation, run);
    expect(epochs.map(({ members }) => members.length)).to.deep.equal([4, 3]);
    expect(existsSync(groupKeyFile(federation, 'south', run))).to.equal(false);
  });
});

/** Starts a run over the first roster, signs the second one once a round is published, and waits for the end of the run. */
async function changeAfterFirstRound(federation: Federation, first: readonly string[], second: readonly string[]): Promise<string> {
  const published = Promise.withResolvers<void>();
  using _listening = federation.coordinator.events.listen(({ event, round }) => void (event === 'round-published' && round === 0 && published.resolve()));
  await federation.approve(await federation.propose(plan, first));
  const { id } = await federation.coordinator.runs.start(plan.study, 'test');
  await published.promise;
  await federation.approve(await federation.propose(plan, second), { newCohort: true });
  const run = await federation.runEnds(id);
  expect(run.state, run.reason).to.equal('COMPLETED');
  return id;
}

async function epochsOf({ store }: Federation, run: string): Promise<{ members: string[]; groupKeyHash: string }[]> {
  const { epochs } = store.read;
  const found = [];
  for (let epoch = await epochs.findByRun(run); epoch; epoch = await epochs.before(epoch)) {
    found.unshift({ members: (await epochs.members(epoch.number)).map(({ site }) => site), groupKeyHash: epoch.groupKeyHash });
  }
  return found;
}
