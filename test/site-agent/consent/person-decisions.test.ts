import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { keyFingerprint } from '../../../shared/statements/key-fingerprint.ts';
import { ConsentRecords } from '../../../site-agent/consent/consent-records.ts';
import { approveStudy, refuseStudy, withdrawStudy, type Decider } from '../../../site-agent/consent/person-decisions.ts';
import { assertProposable } from '../../../site-agent/consent/proposed-roster.ts';
import { RunConsent } from '../../../site-agent/consent/run-consent.ts';
import { systemClock } from '../../../shared/clock.ts';
import { expectError } from '../../support/expect-error.ts';
import { StudyMakers } from '../../support/proposed-study.ts';
import { smallPlan } from '../../support/small-study.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const study = 'small-study';
const sites = ['mercy', 'north', 'south'];

describe('A person at a hospital', () => {
  let folder: TemporaryFolder;
  let makers: StudyMakers;
  let records: ConsentRecords;
  let decider: Decider;
  beforeEach(() => {
    folder = temporaryFolder();
    makers = new StudyMakers();
    records = new ConsentRecords(folder.path);
    decider = { records, site: 'mercy', by: 'head of IT' };
  });
  afterEach(() => folder[Symbol.dispose]());

  const propose = async (members: readonly string[] = sites, previous?: Parameters<StudyMakers['study']>[2]) => {
    const proposed = await makers.study(members, smallPlan(), previous);
    await records.proposals.keep(proposed.planJson, proposed.roster);
    await records.proposals.markShown({ study, planHash: proposed.planHash, rosterHash: proposed.rosterHash });
    return proposed;
  };
  const pinAll = async (names: readonly string[] = sites) => {
    for (const site of names) await records.pins.pin({ site }, keyFingerprint(makers.member(site).signingKey).words, 'head of IT');
    await records.pins.pin({ leadOf: study }, keyFingerprint((await records.proposals.get(study)).roster.leadKey).words, 'head of IT');
  };

  it('approves exactly one plan and one roster, once, and the name stays in the folder', async () => {
    const { planHash, rosterHash } = await propose();
    await pinAll();
    const approved = await approveStudy(decider, study);
    expect(approved).to.include({ study, planHash, rosterHash, decision: 'approved', decidedBy: 'person', by: 'head of IT' });
    expect(await approveStudy(decider, study)).to.deep.equal(approved);
    expect(readdirSync(records.folder.decisions)).to.have.lengthOf(1);
  });

  it('cannot approve what was not shown, nor what has changed since', async () => {
    const first = await propose();
    await pinAll();
    const second = await makers.study(sites, smallPlan({ title: 'Another title' }), first.roster);
    await records.proposals.keep(second.planJson, second.roster);
    const { message } = await expectError('proposal-not-seen', approveStudy(decider, study));
    expect(message).to.contain(second.planHash).and.to.contain(second.rosterHash);
    await expectError('proposal-not-seen', approveStudy(decider, study, { seen: { rosterHash: first.rosterHash } }));
    expect((await approveStudy(decider, study, { seen: { planHash: second.planHash } })).planHash).to.equal(second.planHash);
  });

  it('cannot approve a roster with an unpinned member or lead key', async () => {
    await propose();
    await pinAll(['north']);
    const { message } = await expectError('peer-not-pinned', approveStudy(decider, study));
    expect(message).to.contain('south').and.not.to.contain('north');
    await records.pins.pin({ site: 'south' }, keyFingerprint(makers.member('south').signingKey).hex, 'head of IT');
    await records.pins.unpin({ leadOf: study });
    await expectError('lead-key-not-pinned', approveStudy(decider, study));
    expect(existsSync(records.folder.decisions), 'nothing is decided').to.equal(false);
  });

  it('cannot approve another key under a pinned name, not even by pinning all members', async () => {
    await propose();
    await records.pins.pin({ site: 'north' }, keyFingerprint(Buffer.alloc(32, 1)).words, 'head of IT');
    await expectError('key-pinned-already', approveStudy(decider, study, { pinMembers: true }));
    await records.pins.pin({ site: 'south' }, keyFingerprint(makers.member('south').signingKey).words, 'head of IT');
    await expectError('peer-key-changed', approveStudy(decider, study));
    await records.pins.unpin({ site: 'north' });
    expect((await approveStudy(decider, study, { pinMembers: true })).decision).to.equal('approved');
  });

  it('cannot approve a key that is pinned under another name, not even by pinning all members', async () => {
    await propose();
    await records.pins.pin({ site: 'west' }, keyFingerprint(makers.member('south').signingKey).words, 'head of IT');
    const { message } = await expectError('key-of-another', approveStudy(decider, study, { pinMembers: true }));
    expect(message).to.contain('the key of west');
    await records.pins.unpin({ site: 'west' });
    expect((await approveStudy(decider, study, { pinMembers: true })).decision).to.equal('approved');
  });

  it('cannot approve another lead key than the pinned one', async () => {
    await propose();
    await pinAll();
    await records.pins.unpin({ leadOf: study });
    await records.pins.pin({ leadOf: study }, keyFingerprint(Buffer.alloc(32, 2)).words, 'head of IT');
    await expectError('pinned-lead-key-changed', approveStudy(decider, study));
  });

  it('cannot approve against the policy', async () => {
    writeFileSync(join(folder.path, 'policy.json'), JSON.stringify({ maximumRounds: 2 }));
    await propose();
    await expectError('policy-rounds', approveStudy(decider, study, { pinMembers: true }));
  });

  it('has to accept that statistics are opened under another roster, and is told what can be learned about whom', async () => {
    const first = await propose([...sites, 'west']);
    await pinAll([...sites, 'west']);
    await approveStudy(decider, study);
    await records.cohorts.fix(study, first.rosterHash, [...sites, 'west'], []);
    await propose(sites, first.roster);
    const { message } = await expectError('cohort-not-accepted', approveStudy(decider, study));
    expect(message).to.contain('subtract').and.to.contain('of west alone');
    expect((await approveStudy(decider, study, { newCohort: true })).decision).to.equal('approved');
  });

  it('approves once more when statistics were opened under another roster in the meantime', async () => {
    const { rosterHash } = await propose();
    await pinAll();
    const first = await approveStudy(decider, study);
    await records.cohorts.contributing(study, 'another roster', [...sites, 'west']);
    await expectError('cohort-not-accepted', approveStudy(decider, study));
    const second = await approveStudy(decider, study, { newCohort: true });
    expect(second).to.deep.include({ decision: 'approved', rosterHash, knownCohorts: [[...sites, 'west'].sort()] });
    expect(second.decidedAtMs).to.be.greaterThan(first.decidedAtMs);
    expect(await approveStudy(decider, study)).to.deep.equal(second);
  });

  it('refuses, and may approve later', async () => {
    await propose();
    expect(await refuseStudy(decider, study)).to.include({ decision: 'refused', code: 'study-refused' });
    await approveStudy(decider, study, { pinMembers: true });
    expect((await records.decisions.of(study)).map(({ decision }) => decision)).to.deep.equal(['refused', 'approved']);
  });

  it('withdraws once, from whatever was approved', async () => {
    const { rosterHash } = await propose();
    await approveStudy(decider, study, { pinMembers: true });
    const withdrawn = await withdrawStudy(decider, study);
    expect(withdrawn).to.include({ decision: 'withdrawn', rosterHash });
    expect(await withdrawStudy(decider, study)).to.deep.equal(withdrawn);
  });

  it('is told that a study which nobody proposed is not there', async () => {
    await expectError('study-not-proposed', approveStudy(decider, 'other'));
  });

  it('loses no decision to another one at the same moment', async () => {
    const { planHash, rosterHash } = await propose();
    const add = (decision: 'refused' | 'withdrawn') => records.decisions.add({ study, planHash, rosterHash, decision, decidedBy: 'person', by: '', code: '' });
    await Promise.all([add('refused'), add('withdrawn'), add('refused')]);
    expect(await records.decisions.of(study)).to.have.lengthOf(3);
  });

  it('can do nothing with a record that is damaged, and neither can the agent', async () => {
    await propose();
    await approveStudy(decider, study, { pinMembers: true });
    const [file] = readdirSync(records.folder.decisions);
    writeFileSync(join(records.folder.decisions, file!), '{');
    await expectError('consent-damaged', withdrawStudy(decider, study));
  });
});

describe('A run at a site', () => {
  const makers = new StudyMakers();
  let folder: TemporaryFolder;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder[Symbol.dispose]());
  const own = { federation: makers.federation, ...makers.member('mercy') };

  it('begins only with the approved plan and the approved roster', async () => {
    const records = new ConsentRecords(folder.path);
    const consent = new RunConsent({ records, own, clock: systemClock, bytesLeftSince: () => 0 });
    const proposed = await makers.study(sites);
    await records.proposals.keep(proposed.planJson, proposed.roster);
    const terms = { study, planHash: proposed.planHash, rosterHash: proposed.rosterHash };
    await expectError('study-not-approved', consent.assertMayBegin(terms));
    await approveStudy({ records, site: 'mercy', by: '' }, study, { seen: terms, pinMembers: true });
    await consent.assertMayBegin(terms);
    await expectError('study-not-approved', consent.assertMayBegin({ ...terms, planHash: 'a'.repeat(64) }));
    await expectError('study-not-approved', consent.assertMayGoOn({ ...terms, rosterHash: 'a'.repeat(64) }));
    await withdrawStudy({ records, site: 'mercy', by: '' }, study);
    await expectError('study-withdrawn', consent.assertMayBegin(terms));
    await expectError('study-withdrawn', consent.assertMayGoOn(terms));
  });

  it('stops when a key is unpinned', async () => {
    const records = new ConsentRecords(folder.path);
    const consent = new RunConsent({ records, own, clock: systemClock, bytesLeftSince: () => 0 });
    const { plan, summary, planHash, planJson, roster, rosterHash } = await makers.study(sites);
    await records.proposals.keep(planJson, roster);
    const terms = { study, planHash, rosterHash };
    await approveStudy({ records, site: 'mercy', by: '' }, study, { seen: terms, pinMembers: true });
    const model = { plan, tensors: summary.tensors };
    await consent.assertWithinLimits(terms, model);
    await records.pins.unpin({ site: 'south' });
    await expectError('peer-not-pinned', consent.assertWithinLimits(terms, model));
  });

  it('is asked about by rosters that name this site with its key, and that grow', async () => {
    const { proposals } = new ConsentRecords(folder.path);
    const first = await makers.study(sites);
    const second = await makers.study([...sites, 'west'], smallPlan(), first.roster);
    await assertProposable(first.roster, own, proposals);
    await proposals.keep(second.planJson, second.roster);
    await expectError('roster-not-growing', assertProposable(first.roster, own, proposals));
    const forked = await makers.study(['mercy', 'west', 'south'], smallPlan(), first.roster);
    await expectError('roster-not-growing', assertProposable(forked.roster, own, proposals));
    const unlinked = await makers.study(sites, smallPlan(), { ...second.roster, members: [] });
    await expectError('roster-not-growing', assertProposable(unlinked.roster, own, proposals));
    await assertProposable((await makers.study(sites, smallPlan(), second.roster)).roster, own, proposals);
    await expectError('not-a-member', assertProposable(second.roster, { ...own, signingKey: Buffer.alloc(32) }, proposals));
    await expectError('not-a-member', assertProposable(second.roster, { ...own, federation: 'another' }, proposals));
  });
});
