import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { readLines } from '../../shared/files/line-file.ts';
import { keyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import { checkPlan } from '../../shared/studies/checked-plan.ts';
import { ConsentRecords } from '../../site-agent/consent/consent-records.ts';
import { refuseStudy, withdrawStudy } from '../../site-agent/consent/person-decisions.ts';
import { ledgerFilesIn, ledgerFolderOf } from '../../site-agent/egress/ledger-files.ts';
import { LedgerHistory } from '../../site-agent/egress/ledger-history.ts';
import type { LedgerLine } from '../../site-agent/egress/ledger-line.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { runCommand } from '../support/command.ts';
import { approveAtSite, personAt, proposed } from '../support/consent.ts';
import { expectError } from '../support/expect-error.ts';
import { startFederation, type Federation } from '../support/federation.ts';
import { LogLines } from '../support/log-lines.ts';
import { patience } from '../support/patience.ts';
import { happens } from '../support/run-moments.ts';
import { signRosterOf } from '../support/signed-roster.ts';
import { shortPlan, smallDataSet, smallTables, type PlanJson } from '../support/small-study.ts';
import { groupKeyFile } from '../support/sum-witness.ts';

const sites = ['mercy', 'north', 'south'];
const oneRound = (study: string, changes: Partial<PlanJson> = {}) => shortPlan({ study, sites, rounds: { count: 1, quorum: 3, deadlineSeconds: 60 }, ...changes });

describe('consent in a federation', () => {
  const log = new LogLines();
  let federation: Federation;
  before(async () => {
    federation = await startFederation({ dataSet: smallDataSet, tables: smallTables(...sites, 'west'), log });
  });
  after(() => federation[Symbol.asyncDispose]());

  const site = (...args: string[]) => runCommand('consilium-site', args);
  const decided = (study: string) => federation.coordinator.decisions.decided(study, patience());
  const saidBy = async (study: string, name: string) => (await decided(study)).members.find((member) => member.site === name)!.decision!;
  const policyOf = (name: string) => join(federation.siteFolder(name), 'policy.json');
  /** Told by the agent, so that it has certainly noticed. */
  const logged = (name: string, message: string, after = 0) => log.find((line) => line.message.includes(message) && line.fields['site'] === name && log.lines.indexOf(line) >= after);

  it('a person approves with the command line while the agent runs, and the coordinator is told who decided what, but not who the person is', async () => {
    const recorded = await federation.propose(oneRound('by-hand'));
    const folder = federation.siteFolder('mercy');
    await proposed(folder, recorded);
    for (const peer of ['north', 'south']) {
      const { words } = JSON.parse((await site('identity', federation.siteFolder(peer), '--json')).stdout) as { words: string };
      expect((await site('peer', 'pin', folder, peer, ...words.split(' '))).exitCode).to.equal(0);
    }
    const shown = await site('study', 'show', folder, 'by-hand');
    expect(shown.stdout).to.contain(`consilium-site peer pin ${folder} by-hand --lead-key WORDS`).and.to.contain('It waits for a decision.');
    expect((await site('study', 'approve', folder, 'by-hand')).exitCode).to.equal(4);
    await site('peer', 'pin', folder, 'by-hand', '--lead-key', keyFingerprint(recorded.roster.leadKey).hex);
    const approved = await site('study', 'approve', folder, 'by-hand', '--by', 'Ann Example');
    expect(approved.stdout, approved.stderr).to.contain(`Approved by-hand: plan ${recorded.roster.planHash}, roster ${recorded.hash}.`);
    for (const peer of ['north', 'south']) await approveAtSite(federation.siteFolder(peer), recorded);
    expect(await saidBy('by-hand', 'mercy')).to.include({ decision: 'approved', decidedBy: 'person', code: '' });
    expect(JSON.stringify(await federation.store.read.audit.list(0, 1000))).not.to.contain('Ann Example');
    const run = await federation.coordinator.runs.start('by-hand', 'test');
    expect(await federation.runEnds(run.id)).to.include({ state: 'COMPLETED' });
  });

  it('a person refuses, and the data-science team reads why', async () => {
    const recorded = await federation.propose(oneRound('refused'));
    await Promise.all(['north', 'south'].map((peer) => approveAtSite(federation.siteFolder(peer), recorded)));
    await proposed(federation.siteFolder('mercy'), recorded);
    await refuseStudy(personAt(federation.siteFolder('mercy')), 'refused');
    expect(await saidBy('refused', 'mercy')).to.include({ decision: 'refused', decidedBy: 'person', code: 'study-refused' });
    const { problems } = await expectError('approvals-missing', federation.coordinator.runs.start('refused', 'test'));
    expect(problems).to.deep.equal([{ path: 'mercy', message: 'refused: study-refused' }]);
  });

  it('a changed roster asks again, and the approval of the earlier one begins no run', async () => {
    const members = ['mercy', 'north', 'south'].map((name) => ({ name, folder: federation.siteFolder(name) }));
    const plan = shortPlan({ study: 'growing', sites: undefined, rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } });
    await federation.coordinator.studies.submit(Buffer.from(JSON.stringify(plan)), 'test');
    const enrolled = (await federation.store.read.sites.list()).map(({ name, signingKey }) => ({ site: name, signingKey })).filter((member) => member.site !== 'west');
    const { id } = openSiteFolder(members[0]!.folder).settings.federation;
    const first = await signRosterOf(federation.coordinator, 'growing', { federation: id, enrolled, leadKey: federation.leadKey });
    await Promise.all(members.map(({ folder }) => approveAtSite(folder, first)));
    await decided('growing');
    const second = await federation.propose(plan);
    expect(second.roster.version).to.equal(2);
    await proposed(members[0]!.folder, second);
    const shown = await site('study', 'show', members[0]!.folder, 'growing');
    expect(shown.stdout).to.contain('Since you approved: west is new.').and.to.contain('It waits for a decision.');
    await expectError('approvals-missing', federation.coordinator.runs.start('growing', 'test'));
    await Promise.all([...members.map(({ folder }) => folder), federation.siteFolder('west')].map((folder) => approveAtSite(folder, second)));
    await decided('growing');
    const run = await federation.coordinator.runs.start('growing', 'test');
    expect(await federation.runEnds(run.id)).to.include({ state: 'COMPLETED' });
  });

  it('a policy refuses a roster with an unpinned member, and approves it as soon as the hospital has pinned all', async () => {
    await writeFile(policyOf('mercy'), JSON.stringify({ studies: 'approve-within-limits' }));
    const { pins } = new ConsentRecords(federation.siteFolder('mercy'));
    await pins.unpin({ site: 'south' });
    const recorded = await federation.propose(oneRound('by-policy'));
    await Promise.all(['north', 'south'].map((peer) => approveAtSite(federation.siteFolder(peer), recorded)));
    expect(await saidBy('by-policy', 'mercy')).to.include({ decision: 'refused', decidedBy: 'policy', code: 'peer-not-pinned' });
    const approved = nextDecision('by-policy', 'mercy', 'approved');
    await pins.pinKey({ leadOf: 'by-policy' }, recorded.roster.leadKey, 'head of IT');
    await pins.pinKey({ site: 'south' }, recorded.roster.members.find((member) => member.site === 'south')!.signingKey, 'head of IT');
    expect(await approved).to.include({ decidedBy: 'policy' });
    await rm(policyOf('mercy'));
    const run = await federation.coordinator.runs.start('by-policy', 'test');
    expect(await federation.runEnds(run.id)).to.include({ state: 'COMPLETED' });
  });

  it('statistics about data that changed leave only after a person has accepted it, once', async () => {
    const plan = oneRound('changing');
    const recorded = await federation.propose(plan);
    await federation.approve(recorded);
    const folder = federation.siteFolder('mercy');
    const run = async () => federation.runEnds((await federation.coordinator.runs.start('changing', 'test')).id);
    expect(await run()).to.include({ state: 'COMPLETED' });
    const file = join(folder, 'data.csv');
    for (const row of ['a row more', 'and another one']) {
      const table = (await readFile(file, 'utf8')).trimEnd();
      await writeFile(file, `${table}\n${table.slice(table.lastIndexOf('\n') + 1)}\n`);
      const refused = await run();
      expect(refused, row).to.include({ state: 'FAILED' });
      expect(refused.reason).to.contain('mercy').and.to.contain('data changed');
      expect((await federation.store.read.rounds.declines(refused.id)).map(({ code }) => code)).to.deep.equal(['data-not-approved']);
      await site('study', 'show', folder, 'changing');
      const approved = await site('study', 'approve', folder, 'changing', '--new-data');
      expect(approved.exitCode, approved.stderr).to.equal(0);
      expect(await run()).to.include({ state: 'COMPLETED' });
    }
  });

  it('a policy that became stricter refuses the rounds of a run that it would have approved', async () => {
    const plan = shortPlan({ study: 'night-only', sites: [...sites, 'west'], rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } });
    const hour = (shift: number) => new Date(Date.now() + shift * 3_600_000).toISOString().slice(11, 16);
    const recorded = await federation.propose(plan);
    await Promise.all([...sites, 'west'].map((name) => approveAtSite(federation.siteFolder(name), recorded)));
    await decided('night-only');
    await writeFile(policyOf('west'), JSON.stringify({ hours: { from: hour(2), to: hour(4), timeZone: 'UTC' } }));
    const run = await federation.coordinator.runs.start('night-only', 'test');
    expect(await federation.runEnds(run.id)).to.include({ state: 'COMPLETED' });
    await rm(policyOf('west'));
    const declines = await federation.store.read.rounds.declines(run.id);
    expect([...new Set(declines.map(({ site: name, code }) => `${name} ${code}`))]).to.deep.equal(['west policy-hours']);
  });

  it('a policy counts the bytes that have left within a day over all studies, by the ledger', async () => {
    const plan = shortPlan({ study: 'frugal', sites: [...sites, 'west'], rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } });
    const recorded = await federation.propose(plan);
    const { updateBytes, statisticsBytes } = (await checkPlan(Buffer.from(JSON.stringify(plan)))).summary;
    await writeFile(policyOf('mercy'), JSON.stringify({ maximumBytesPerDay: updateBytes + statisticsBytes }));
    await federation.approve(recorded);
    const run = await federation.coordinator.runs.start('frugal', 'test');
    expect(await federation.runEnds(run.id)).to.include({ state: 'COMPLETED' });
    await rm(policyOf('mercy'));
    const declines = await federation.store.read.rounds.declines(run.id);
    expect([...new Set(declines.map(({ site: name, code }) => `${name} ${code}`))]).to.deep.equal(['mercy policy-bytes']);
  });

  it('a policy counts the bytes of opened sums too: a decryptor that has none left today is not one', async () => {
    const plan = oneRound('whole-sums');
    const recorded = await federation.propose(plan);
    const { updateBytes, statisticsBytes } = (await checkPlan(Buffer.from(JSON.stringify(plan)))).summary;
    for (const name of sites) await writeFile(policyOf(name), JSON.stringify({ maximumBytesPerDay: (await bytesLeft(name)) + updateBytes + statisticsBytes }));
    await federation.approve(recorded);
    const run = await federation.coordinator.runs.start('whole-sums', 'test');
    expect(await federation.runEnds(run.id)).to.include({ state: 'FAILED' });
    for (const name of sites) await rm(policyOf(name));
    const declines = await federation.store.read.rounds.declines(run.id);
    expect([...new Set(declines.map(({ code }) => code))]).to.deep.equal(['policy-bytes']);
    expect(await federation.store.read.contributions.list(`${run.id}.0`)).to.have.length(2 * sites.length);
  });

  it('a policy that is not valid lets new work wait, says so, and the work goes on once it is valid', async () => {
    const from = log.lines.length;
    await writeFile(policyOf('mercy'), '{ "studies": "whatever" }');
    const { fields } = await logged('mercy', 'New work waits', from);
    expect(fields).to.include({ code: 'policy-invalid' }).and.to.have.property('problems').that.contains('policy.json.studies');
    const recorded = await federation.propose(oneRound('patient'));
    await Promise.all(['north', 'south'].map((peer) => approveAtSite(federation.siteFolder(peer), recorded)));
    await rm(policyOf('mercy'));
    await approveAtSite(federation.siteFolder('mercy'), recorded);
    expect((await decided('patient')).members.every(({ decision }) => decision?.decision === 'approved')).to.equal(true);
  });

  it('a paused site lets keys wait and goes on when it resumes', async () => {
    const recorded = await federation.propose(oneRound('paused'));
    await Promise.all(sites.map((name) => approveAtSite(federation.siteFolder(name), recorded)));
    await decided('paused');
    const from = log.lines.length;
    await site('pause', federation.siteFolder('north'));
    await logged('north', 'has paused', from);
    expect(await federation.agent('north').metrics()).to.contain('consilium_site_paused 1');
    const run = await federation.coordinator.runs.start('paused', 'test');
    await log.find(({ message, fields }) => message.includes('keeps the study') && fields['site'] === 'south' && fields['run'] === run.id);
    expect(existsSync(join(federation.siteFolder('north'), 'state', 'runs', run.id))).to.equal(false);
    await site('resume', federation.siteFolder('north'));
    expect(await federation.runEnds(run.id)).to.include({ state: 'COMPLETED' });
    expect(await federation.agent('north').metrics()).to.contain('consilium_site_paused 0').and.to.match(/consilium_study_decisions\{decision="approved"[^}]*\} [1-9]/);
  });

  it('sites that are paused in a run take no new round and still open the sums to which they contributed', async () => {
    const { id } = await federation.start(oneRound('midway'));
    const pauses = new Map(sites.map((name) => [name, new ConsentRecords(federation.siteFolder(name)).pause]));
    using _listening = federation.coordinator.events.listen(({ run, event, site: name }) => {
      if (run === id && event === 'contribution-accepted') void pauses.get(name as string)!.begin('head of IT');
    });
    await federation.runEnds(id);
    for (const pause of pauses.values()) await pause.end();
    expect((await federation.store.read.rounds.list(id)).map(({ purpose, state }) => `${purpose} ${state}`)).to.deep.equal(['training PUBLISHED', 'evaluation ABANDONED']);
    const codes = (await federation.store.read.rounds.declines(id)).map(({ code }) => code);
    expect([...new Set(codes)]).to.deep.equal(['site-paused']);
  });

  it('a site that withdraws in the middle of a run erases its key at once and takes part in nothing more of the study', async () => {
    const plan = shortPlan({ study: 'left', sites: [...sites, 'west'], rounds: { count: 2, quorum: 3, deadlineSeconds: 60 } });
    const { id } = await federation.start(plan);
    const folder = federation.siteFolder('west');
    const withdrawn = Promise.withResolvers<unknown>();
    using _listening = federation.coordinator.events.listen(({ run, event }) => {
      if (run === id && event === 'round-opened') withdrawn.resolve(withdrawStudy(personAt(folder), 'left'));
    });
    await withdrawn.promise;
    await log.find(({ message, fields }) => message.includes('has withdrawn; the group key') && fields['run'] === id);
    expect(existsSync(groupKeyFile(federation, 'west', id))).to.equal(false);
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
    const declines = await federation.store.read.rounds.declines(id);
    expect([...new Set(declines.map(({ site: name, code }) => `${name} ${code}`))]).to.deep.equal(['west study-withdrawn']);
    expect(await saidBy('left', 'west')).to.include({ decision: 'withdrawn' });
    const { problems } = await expectError('approvals-missing', federation.coordinator.runs.start('left', 'test'));
    expect(problems).to.deep.equal([{ path: 'west', message: 'withdrew its approval' }]);
  });

  it('a withdrawal while the agent does not run erases the keys, and the coordinator is told when it starts', async () => {
    const plan = oneRound('asleep');
    const recorded = await federation.propose(plan);
    await Promise.all(sites.map((name) => approveAtSite(federation.siteFolder(name), recorded)));
    await decided('asleep');
    const keyed = happens(federation, 'run-keyed');
    const { id } = await federation.coordinator.runs.start('asleep', 'test');
    await keyed;
    await federation.agent('south')[Symbol.asyncDispose]();
    const { stdout } = await site('study', 'withdraw', federation.siteFolder('south'), 'asleep');
    expect(stdout).to.contain('The group keys of its runs are erased.');
    expect(existsSync(groupKeyFile(federation, 'south', id))).to.equal(false);
    const told = nextDecision('asleep', 'south', 'withdrawn');
    await federation.startAgent('south');
    await told;
    await federation.coordinator.runs.stop(id, 'test');
  });

  /** By the site's ledger, each content once. */
  async function bytesLeft(name: string): Promise<number> {
    const history = new LedgerHistory();
    for await (const { text } of readLines(ledgerFilesIn(ledgerFolderOf(federation.siteFolder(name))).lines)) history.add(JSON.parse(text) as LedgerLine);
    return history.bytesSince(0);
  }

  /** Told by the agent once the coordinator has acknowledged. */
  async function nextDecision(study: string, name: string, decision: string) {
    const { fields } = await log.find((line) => line.message.includes('The coordinator knows') && line.fields['site'] === name && line.fields['study'] === study && line.fields['decision'] === decision);
    return fields;
  }
});
