import { expect } from 'chai';
import { createInvitation } from '../../coordinator/enrolment/invitation.ts';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { systemClock } from '../../shared/clock.ts';
import { formatBundle } from '../../shared/enrolment/bundle.ts';
import { joinFederation } from '../../site-agent/identity/join.ts';
import { expectError } from '../support/expect-error.ts';
import { startFederation, type Federation } from '../support/federation.ts';
import { LogLines } from '../support/log-lines.ts';
import { patience } from '../support/patience.ts';
import { happens } from '../support/run-moments.ts';
import { shortPlan, smallDataSet, smallPlan, smallTables } from '../support/small-study.ts';
import { SumWitness } from '../support/sum-witness.ts';

const four = ['east', 'mercy', 'north', 'south'];

describe('a site that is revoked in the middle of a run', () => {
  it('is cut off while it watches, its agent gives up, and the run goes on with the next roster', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables(...four) });
    using witness = new SumWitness(federation, 'mercy');
    const { id } = await federation.start(smallPlan());
    await happens(federation, 'round-opened');
    await federation.coordinator.revoke('south', 'a person');
    const error = await expectError('certificate-refused', federation.agent('south').working);
    expect(error.detail).to.equal('The site south was revoked.');
    expect(error.entry.exit).to.equal(4);
    await federation.approve(await federation.propose(smallPlan(), ['east', 'mercy', 'north']), { newCohort: true });
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
    const sums = await witness.sums(id);
    expect(sums.map(({ contributors }) => contributors)).to.deep.equal(new Array(sums.length).fill(3));
    for (const { round, part, contributed, opened } of sums) expect(opened, `${round} ${part}`).to.deep.equal(contributed);
    const revocation = (await federation.store.read.audit.list(0, 1000)).find(({ action }) => action === 'site revoked');
    expect(revocation).to.include({ actor: 'a person', subject: 'south' });
  });

  it('is not summed any more in the round that is still collecting', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables(...four) });
    using witness = new SumWitness(federation, 'mercy');
    const { id } = await federation.start(shortPlan());
    await happens(federation, 'run-keyed', () => void federation.agent('north')[Symbol.asyncDispose]());
    await parts(federation, 'south', 2);
    await federation.coordinator.revoke('south', 'a person');
    await federation.startAgent('north');
    await federation.approve(await federation.propose(shortPlan(), ['east', 'mercy', 'north']), { newCohort: true });
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
    for (const { round, part, contributors, contributed, opened } of await witness.sums(id)) {
      expect(contributors, `${round} ${part}`).to.equal(3);
      expect(opened, `${round} ${part}`).to.deep.equal(contributed);
    }
    const dropped = (await federation.store.read.audit.list(0, 1000)).filter(({ action }) => action === 'contribution dropped');
    expect(dropped.map(({ subject, detail }) => [subject, detail['site']])).to.deep.equal([[`${id}.0`, 'south']]);
  });

  it('is left out of the round under way, and holds the run up after it until there is a roster without it', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables(...four) });
    const plan = shortPlan({ rounds: { count: 4, quorum: 3, deadlineSeconds: 60 } });
    const { id } = await federation.start(plan);
    const waiting = happens(federation, 'roster-needed');
    await happens(federation, 'round-published');
    await federation.coordinator.revoke('south', 'a person');
    await waiting;
    expect((await federation.coordinator.runs.get(id)).state).to.equal('RUNNING');
    await federation.approve(await federation.propose(plan, ['east', 'mercy', 'north']), { newCohort: true });
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
  });

  it('ends the run with its name in a round of statistics alone, once these were opened over it', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables(...four) });
    const { id } = await federation.start(smallPlan());
    await happens(federation, 'round-published');
    await federation.coordinator.revoke('south', 'a person');
    const run = await federation.runEnds(id);
    expect(run.state).to.equal('FAILED');
    expect(run.reason).to.contain('missing: south');
  });

  it('ends the run with a reason when the quorum needs it', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    const { id } = await federation.start(shortPlan());
    await happens(federation, 'round-opened');
    await federation.coordinator.revoke('south', 'a person');
    const run = await federation.runEnds(id);
    expect(run.state).to.equal('FAILED');
    expect(run.reason).to.contain('Only 2 of the 3 sites');
  });

  it('ends the run with its name when the group key is not there yet', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    const started = happens(federation, 'run-started', () => void federation.agent('south')[Symbol.asyncDispose]());
    const { id } = await federation.start(shortPlan());
    await started;
    await federation.coordinator.revoke('south', 'a person');
    const run = await federation.runEnds(id);
    expect(run.state).to.equal('FAILED');
    expect(run.reason).to.contain('south was revoked');
  });

  it('ends the run with its name when the sum cannot be agreed on without it', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    const { id } = await federation.start(shortPlan());
    await happens(federation, 'round-closing', () => void federation.agent('south')[Symbol.asyncDispose]());
    await federation.coordinator.revoke('south', 'a person');
    const run = await federation.runEnds(id);
    expect(run.state).to.equal('FAILED');
    expect(run.reason).to.contain('Too few sites sign').and.to.contain('south was revoked');
  });
});

describe('a site that another bundle replaces', () => {
  it('is cut off while it watches, and is told so', async () => {
    const log = new LogLines();
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy'), log });
    await log.find(({ message }) => message === 'A site is at work.');
    const { authority } = await openCoordinatorFolder(federation.coordinatorFolder);
    const address = { host: '127.0.0.1', port: federation.coordinator.sitePort };
    const { bundle } = await createInvitation(federation.store, systemClock, { actor: 'test', site: 'mercy', address, fingerprint: authority.fingerprint, replaces: true });
    await joinFederation(federation.siteFolder('mercy-again'), formatBundle(bundle), { signal: patience() });
    const error = await expectError('certificate-refused', federation.agent('mercy').working);
    expect(error.detail).to.equal('Another bundle took the place of the site mercy.');
  });
});

/** Waits until the site has contributed so many parts. */
function parts({ coordinator }: Federation, wanted: string, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let accepted = 0;
  const subscription = coordinator.events.listen(({ event, site }) => {
    if (event !== 'contribution-accepted' || site !== wanted || ++accepted < count) return;
    subscription[Symbol.dispose]();
    resolve();
  });
  return promise;
}
