import { expect } from 'chai';
import { membershipOf } from '../../../coordinator/runs/membership.ts';
import { Runs } from '../../../coordinator/runs/runs.ts';
import { Studies } from '../../../coordinator/studies/studies.ts';
import { RunEvents } from '../../../coordinator/runs/run-events.ts';
import { expectError } from '../../support/expect-error.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { smallPlan, type PlanJson } from '../../support/small-study.ts';

describe('runs', () => {
  let open: OpenRound;
  let runs: Runs;
  let studies: Studies;
  beforeEach(async () => {
    open = await startOpenRound(smallPlan(), ['mercy', 'north', 'south']);
    studies = new Studies(open.store, open.clock);
    runs = new Runs({ ...open, events: new RunEvents(), onChanged: () => undefined });
  });
  afterEach(() => open[Symbol.asyncDispose]());
  const submit = (plan: PlanJson) => studies.submit(Buffer.from(JSON.stringify(plan)), 'test');
  const initialWeights = async (run: string) => (await open.store.read.modelVersions.list(run))[0]!.weightsDigest;

  it('have initial weights drawn anew, unless a seed is named', async () => {
    const ids = [];
    for (const seed of [undefined, undefined, 5, 5]) ids.push((await runs.start('small-study', 'test', seed)).id);
    const [first, second, seeded, seededAgain] = await Promise.all(ids.map(initialWeights));
    expect(second).not.to.equal(first);
    expect(seededAgain).to.equal(seeded);
    const started = (await open.store.read.audit.list(0, 100)).filter(({ action }) => action === 'run started');
    expect(started.map(({ detail }) => detail['seeded'])).to.deep.equal([true, false, false, true, true]);
  });

  it('take turns with who makes the group key', async () => {
    const custodians = new Set<string>();
    for (let turn = 0; turn < 3; turn++) {
      const { id } = await runs.start('small-study', 'test');
      custodians.add((await open.store.read.epochs.findByRun(id))!.custodian);
    }
    expect([...custodians]).to.have.members(['mercy', 'north', 'south']);
  });

  it('are refused when a site of the plan is not enrolled, and the site is named', async () => {
    await submit(smallPlan({ study: 'elsewhere', sites: ['mercy', 'north', 'charity'] }));
    const error = await expectError('sites-missing', runs.start('elsewhere', 'test'));
    expect(error.message).to.contain('charity').and.not.to.contain('north');
  });

  it('are refused when fewer sites are enrolled than the quorum', async () => {
    await submit(smallPlan({ study: 'larger', rounds: { count: 1, quorum: 4, deadlineSeconds: 1 } }));
    await expectError('sites-missing', runs.start('larger', 'test'));
  });

  it('do not count on a site that was revoked', async () => {
    await open.store.transaction(async ({ sites }) => sites.save({ ...(await sites.find('south'))!, revokedAtMs: 1 }));
    await expectError('sites-missing', runs.start('small-study', 'test'));
  });

  it('that were stopped have no members any more, and stopping them again changes nothing', async () => {
    const { id } = open.conducting.run;
    const stopped = await runs.stop(id, 'test');
    expect(stopped).to.include({ state: 'STOPPED' });
    expect(await runs.stop(id, 'test')).to.deep.equal(stopped);
    await expectError('run-ended', membershipOf(open.store.read, id, 'mercy'));
    await expectError('run-ended', async () => open.receive('mercy', await open.seal()));
  });

  it('of a plan that was submitted twice are runs of one study; another plan under its name is refused', async () => {
    await submit(smallPlan());
    await expectError('study-exists', submit(smallPlan({ title: 'Another title' })));
    expect(await studies.list()).to.have.length(1);
  });
});
