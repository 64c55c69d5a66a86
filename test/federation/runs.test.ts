import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { startFederation, type Federation } from '../support/federation.ts';
import { LogLines } from '../support/log-lines.ts';
import { divergingPlan, shortPlan, smallDataSet, smallPlan, smallTable, smallTables, type PlanJson } from '../support/small-study.ts';
import { groupKeyFile, SumWitness } from '../support/sum-witness.ts';

describe('runs in a federation', () => {
  const log = new LogLines();
  let federation: Federation;
  before(async () => {
    federation = await startFederation({ dataSet: smallDataSet, tables: { ...smallTables('mercy', 'north', 'south'), tiny: smallTable('tiny', 24) }, log });
  });
  after(() => federation[Symbol.asyncDispose]());

  it('of several studies go on side by side, each with exact sums', async () => {
    using witness = new SumWitness(federation, 'mercy');
    const sites = ['mercy', 'north', 'south'];
    const plans = [shortPlan({ study: 'first', sites }), smallPlan({ study: 'second', sites })];
    const started = await Promise.all(plans.map((plan) => federation.start(plan)));
    const runs = await Promise.all(started.map(({ id }) => federation.runEnds(id)));
    expect(runs.map(({ id, state, reason }) => `${id} ${state}${reason}`)).to.deep.equal(['first-1 COMPLETED', 'second-1 COMPLETED']);
    expect(runs[1]!.startedAtMs, 'they overlap').to.be.lessThan(runs[0]!.endedAtMs!);
    for (const { id } of runs) {
      for (const { round, part, contributed, opened } of await witness.sums(id)) expect(opened, `${round} ${part}`).to.deep.equal(contributed);
    }
  });

  it('get their keys in any order, also when a site needs longer for the data of the first', async () => {
    const sites = ['mercy', 'north', 'south'];
    for (const site of sites) {
      await writeFile(join(federation.siteFolder(site), 'slow.csv'), smallTable(site, 20_000));
      await federation.restartAgent(site, { dataSets: { 'slow-data': { path: 'slow.csv' }, [smallDataSet]: { path: 'data.csv' } } });
    }
    const plan = shortPlan({ study: 'quick', sites });
    const slowPlan: PlanJson = { ...plan, study: 'slow', data: { ...plan.data, dataset: 'slow-data' } };
    const keyed: string[] = [];
    using _listening = federation.coordinator.events.listen(({ event, run }) => {
      if (event !== 'run-keyed') return;
      keyed.push(run);
      void federation.coordinator.runs.stop(run, 'test');
    });
    const slow = await federation.start(slowPlan);
    const quick = await federation.start(plan);
    const ends = await Promise.all([slow, quick].map(({ id }) => federation.runEnds(id)));
    expect(keyed, ends.map(({ reason }) => reason).join()).to.have.members([slow.id, quick.id]);
  });

  it('of one study start from weights and keys of their own', async () => {
    const plan = shortPlan({ study: 'repeated', sites: ['mercy', 'north', 'south'], rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } });
    const runs = [await federation.run(plan), await federation.run(plan)];
    expect(runs.map(({ id, state }) => `${id} ${state}`)).to.deep.equal(['repeated-1 COMPLETED', 'repeated-2 COMPLETED']);
    const { epochs, modelVersions } = federation.store.read;
    const [first, second] = await Promise.all(runs.map(({ id }) => epochs.findByRun(id)));
    expect(second!.number).to.be.greaterThan(first!.number);
    expect(second!.groupKeyHash).not.to.equal(first!.groupKeyHash);
    const initial = await Promise.all(runs.map(async ({ id }) => (await modelVersions.list(id))[0]!.weightsDigest));
    expect(initial[0]).not.to.equal(initial[1]);
  });

  it("leave no member's private key behind once they have their group key, and no group key once they are completed", async () => {
    const sites = ['mercy', 'north', 'south'];
    const kept: string[][] = [];
    using _listening = federation.coordinator.events.listen(({ event, run }) => {
      if (event === 'run-keyed') for (const site of sites) kept.push(readdirSync(dirname(groupKeyFile(federation, site, run))));
    });
    const { id, state, reason } = await federation.run(shortPlan({ study: 'completed', sites, rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } }));
    expect(state, reason).to.equal('COMPLETED');
    expect(kept.map((names) => names.toSorted())).to.deep.equal(sites.map(() => ['epoch', 'epoch-public-key', 'group-key']));
    await nothingIsLeft(federation, log, id);
  });

  it('that a person stops abandon the round, and the sites erase the key', async () => {
    const { id } = await federation.start(shortPlan({ study: 'stopped', sites: ['mercy', 'north', 'south'] }));
    const stopped = Promise.withResolvers<void>();
    using _listening = federation.coordinator.events.listen(({ event, run }) => {
      if (run !== id) return;
      if (event === 'round-opened') void federation.coordinator.runs.stop(id, 'test');
      if (event === 'round-abandoned') stopped.resolve();
    });
    await stopped.promise;
    const run = await federation.runEnds(id);
    expect(run.state).to.equal('STOPPED');
    const [round] = await federation.store.read.rounds.list(id);
    expect(round).to.include({ state: 'ABANDONED', reason: run.reason });
    await nothingIsLeft(federation, log, id);
  });

  it('that need a data set which a site lacks fail and name the site', async () => {
    await federation.restartAgent('north', { dataSets: {} });
    const run = await federation.run(shortPlan({ study: 'lacking', sites: ['mercy', 'north', 'south'] }));
    await federation.restartAgent('north', { dataSets: { [smallDataSet]: { path: 'data.csv' } } });
    expect(run.state).to.equal('FAILED');
    expect(run.reason).to.contain('north').and.to.contain('not configured at this site');
  });

  it('that need more rows than a site has fail and name the site', async () => {
    const run = await federation.run(shortPlan({ study: 'sparse', sites: ['mercy', 'north', 'tiny'] }));
    expect(run.state).to.equal('FAILED');
    expect(run.reason).to.contain('tiny').and.to.contain('fewer training samples');
    expect(await federation.store.read.rounds.list(run.id)).to.deep.equal([]);
  });
});

describe('a site that cannot take part in a round', () => {
  it('is left out when the quorum is there without it, and of statistics for good', async () => {
    const diverging = smallTable('south').replace(/^\d+/m, '7.3e25');
    await using federation = await startFederation({ dataSet: smallDataSet, tables: { ...smallTables('east', 'mercy', 'north'), south: diverging } });
    using witness = new SumWitness(federation, 'mercy');
    const run = await federation.run(divergingPlan());
    expect(run.state, run.reason).to.equal('COMPLETED');
    expect((await federation.store.read.rounds.declines(run.id)).map(({ site, code }) => `${site} ${code}`)).to.deep.equal(['south training-failed', 'south training-failed']);
    const sums = await witness.sums(run.id);
    expect(sums.map(({ purpose, contributors }) => `${purpose} ${contributors}`)).to.deep.equal(['training 3', 'training 3', 'training 3', 'training 3', 'evaluation 3']);
    for (const { round, part, contributed, opened } of sums) expect(opened, `${round} ${part}`).to.deep.equal(contributed);
  });

  it('ends the run with the reason when the quorum is not, and the sites erase the key', async () => {
    const log = new LogLines();
    const diverging = smallTable('south').replace(/^\d+/m, '7.3e25');
    await using federation = await startFederation({ dataSet: smallDataSet, tables: { ...smallTables('mercy', 'north'), south: diverging }, log });
    const run = await federation.run(divergingPlan());
    expect(run.state).to.equal('FAILED');
    expect(run.reason).to.contain('Only 2 of the 3 sites');
    expect((await federation.store.read.rounds.list(run.id)).map(({ state }) => state)).to.deep.equal(['ABANDONED']);
    await nothingIsLeft(federation, log, run.id);
  });
});

/** Waits until each of the three members has said that its group key is erased, and looks. */
async function nothingIsLeft(federation: Federation, log: LogLines, run: string): Promise<void> {
  for (const site of ['mercy', 'north', 'south']) {
    await log.find(({ message, fields }) => message.includes('group key is erased') && fields['site'] === site && fields['run'] === run);
    expect(existsSync(groupKeyFile(federation, site, run)), site).to.equal(false);
    expect(existsSync(join(federation.siteFolder(site), 'state', 'runs', run)), site).to.equal(false);
  }
}
