import { expect } from 'chai';
import { membershipOf } from '../../../coordinator/runs/membership.ts';
import { Runs } from '../../../coordinator/runs/runs.ts';
import { RunEvents } from '../../../coordinator/runs/run-events.ts';
import { rosterHash } from '../../../shared/statements/roster.ts';
import type { StudyDecision } from '../../../shared/statements/study-decision.ts';
import { expectError } from '../../support/expect-error.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { signedDecision } from '../../support/signed-roster.ts';
import { smallPlan, type PlanJson } from '../../support/small-study.ts';

describe('runs', () => {
  let open: OpenRound;
  let runs: Runs;
  beforeEach(async () => {
    open = await startOpenRound(smallPlan(), ['mercy', 'north', 'south']);
    runs = new Runs({ ...open, events: new RunEvents(), onChanged: () => undefined });
  });
  afterEach(() => open[Symbol.asyncDispose]());
  const submit = (plan: PlanJson) => open.studies.submit(Buffer.from(JSON.stringify(plan)), 'test');
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

  it('are refused without a signed roster', async () => {
    await submit(smallPlan({ study: 'unsigned' }));
    await expectError('roster-missing', runs.start('unsigned', 'test'));
  });

  it('are refused until every member has approved, and name who has not, who refused and who withdrew', async () => {
    await submit(smallPlan({ study: 'asked' }));
    const { roster } = await open.sign('asked');
    const decide = (site: string, changes: Partial<StudyDecision> = {}) => open.decisions.decide(site, signedDecision(roster, site, open.signingKey(site), changes));
    await decide('mercy', { decision: 'withdrawn' });
    await decide('north', { decision: 'refused', code: 'too-few-samples' });
    const { problems } = await expectError('approvals-missing', runs.start('asked', 'test'));
    expect(problems).to.deep.equal([
      { path: 'mercy', message: 'withdrew its approval' },
      { path: 'north', message: 'refused: too-few-samples' },
      { path: 'south', message: 'has not answered' },
    ]);
    for (const site of ['mercy', 'north', 'south']) await decide(site, { decidedAtMs: 2 });
    expect(await runs.start('asked', 'test')).to.include({ state: 'KEYING' });
  });

  it('need approvals of the newest roster: those of the version before do not count', async () => {
    await open.store.transaction(async ({ sites }) => sites.save({ ...(await sites.find('south'))!, name: 'west', certificateFingerprint: 'west' }));
    await open.sign('small-study');
    const { problems } = await expectError('approvals-missing', runs.start('small-study', 'test'));
    expect(problems.map(({ path }) => path)).to.deep.equal(['mercy', 'north', 'south', 'west']);
  });

  it('are bound to the hash of the roster that the lead key signed', async () => {
    const { id } = await runs.start('small-study', 'test');
    const [recorded] = await open.rosters.list('small-study');
    expect((await open.store.read.epochs.findByRun(id))!.rosterHash).to.equal(rosterHash(recorded!.roster));
  });

  it('are refused when a member has joined again with another key', async () => {
    await open.store.transaction(async ({ sites }) => sites.save({ ...(await sites.find('south'))!, signingKey: new Uint8Array(32) }));
    const error = await expectError('member-key-mismatch', runs.start('small-study', 'test'));
    expect(error.message).to.contain('south').and.not.to.contain('north');
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
    expect(await open.studies.list()).to.have.length(1);
  });
});
