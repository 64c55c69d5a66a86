import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { namesIfThere } from '../../shared/files/durable-file.ts';
import { startFederation } from '../support/federation.ts';
import { LogLines } from '../support/log-lines.ts';
import { happens } from '../support/run-moments.ts';
import { SetClock } from '../support/set-clock.ts';
import { shortPlan, smallDataSet, smallTable, smallTables } from '../support/small-study.ts';
import { SumWitness } from '../support/sum-witness.ts';

const deadlineSeconds = 60;
const beforeStart = async (folder: string) => writeFileSync(join(folder, 'policy.json'), JSON.stringify({ minimumContributors: 2 }));
const privacy = { minimumContributors: 2, minimumSamples: 20, smallestCell: 1 };

describe('a site that still trains when its round closes', () => {
  it('stops at once, sends nothing and keeps no rounding error, and is in the next round', async () => {
    const clock = new SetClock();
    const log = new LogLines();
    const tables = { ...smallTables('mercy', 'north'), south: smallTable('south', 8_000) };
    await using federation = await startFederation({ dataSet: smallDataSet, tables, clock, log, beforeStart, agents: { progressEveryMs: 20 } });
    using witness = new SumWitness(federation, 'mercy');
    // 400 steps at the small sites, and 75,000 at south.
    const training = { losses: ['binaryCrossentropy' as const], optimiser: { name: 'sgd' as const, learningRate: 0.1 }, batchSize: 8, localEpochs: 100 };
    const plan = shortPlan({ training, privacy, rounds: { count: 1, quorum: 2, deadlineSeconds } });
    let parts = 0;
    const told: unknown[] = [];
    const southTrains = Promise.withResolvers<void>();
    using _listening = federation.coordinator.events.listen(({ event, round, site, activity, percent, step, steps }) => {
      if (round !== 0) return;
      if (event === 'contribution-accepted' && (parts += 1) === 4) clock.aheadMs = 1000 * deadlineSeconds; // two sites, two parts each
      if (event !== 'site-progress' || site !== 'south' || activity !== 'training') return;
      told.push({ percent, step, steps });
      southTrains.resolve();
    });
    let leaving: PromiseLike<void> | undefined;
    const keyed = happens(federation, 'run-keyed', () => void (leaving = federation.agent('mercy')[Symbol.asyncDispose]()));
    const { id } = await federation.start(plan);
    await keyed;
    await southTrains.promise;
    await leaving;
    await Promise.all([happens(federation, 'round-published'), federation.startAgent('mercy')]);
    await log.find(({ message, fields }) => message.includes('does not take contributions any more') && fields['site'] === 'south');
    const ofSouth = namesIfThere(join(federation.siteFolder('south'), 'state', 'runs', id));
    expect(ofSouth.filter((name) => name.includes('residual') || name === 'contributions')).to.deep.equal([]);
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
    const coarse = [0, 25, 50, 75].map((percent) => ({ percent, step: null, steps: null }));
    for (const progress of told) expect(progress, 'with epochs the number of steps would tell the number of rows').to.be.deep.oneOf(coarse);
    const { contributions } = federation.store.read;
    const contributors = async (round: number) => [...new Set((await contributions.list(`${id}.${round}`)).map(({ site }) => site))].sort();
    expect([await contributors(0), await contributors(1)]).to.deep.equal([['mercy', 'north'], ['mercy', 'north', 'south']]);
    for (const { round, part, contributed, opened } of await witness.sums(id)) expect(opened, `${round} ${part}`).to.deep.equal(contributed);
  });
});

describe('a run with a silent site', () => {
  it('that never answers is failed when the plan is out of patience, and names the site', async () => {
    const clock = new SetClock();
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south'), clock });
    const plan = shortPlan({ rounds: { count: 1, quorum: 3, deadlineSeconds } });
    await federation.approve(await federation.propose(plan));
    for (const site of ['north', 'south']) await federation.agent(site)[Symbol.asyncDispose]();
    const { id } = await federation.coordinator.runs.start(plan.study, 'test');
    clock.aheadMs = 2 * 1000 * deadlineSeconds;
    await federation.startAgent('north'); // its key is late, and there
    const run = await federation.runEnds(id);
    expect(run.state).to.equal('FAILED');
    expect(run.reason).to.contain('The run waited for south to offer its key for the epoch');
  });
});
