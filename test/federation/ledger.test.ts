import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createInvitation } from '../../coordinator/enrolment/invitation.ts';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { systemClock } from '../../shared/clock.ts';
import { formatBundle } from '../../shared/enrolment/bundle.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { keyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import { encodeStatement } from '../../shared/statements/statement.ts';
import { studyDecisionDomain, studyDecisionFields, type StudyDecision } from '../../shared/statements/study-decision.ts';
import { ledgerFilesIn, ledgerFolderOf } from '../../site-agent/egress/ledger-files.ts';
import type { LedgerLine } from '../../site-agent/egress/ledger-line.ts';
import { ConsentRecords } from '../../site-agent/consent/consent-records.ts';
import type { Decision } from '../../site-agent/consent/decisions.ts';
import { joinFederation } from '../../site-agent/identity/join.ts';
import { runCommand } from '../support/command.ts';
import { approveAtSite } from '../support/consent.ts';
import { expectError } from '../support/expect-error.ts';
import { startFederation, type Federation } from '../support/federation.ts';
import { patience } from '../support/patience.ts';
import { shortPlan, smallDataSet, smallPlan, smallTables } from '../support/small-study.ts';

const sites = ['mercy', 'north', 'south'];
const oneRound = { count: 1, quorum: 3, deadlineSeconds: 60 };

describe('the ledger of a site', () => {
  let federation: Federation;
  before(async () => {
    federation = await startFederation({ dataSet: smallDataSet, tables: smallTables(...sites) });
    const run = await federation.run(smallPlan());
    expect(run.state, run.reason).to.equal('COMPLETED');
  });
  after(() => federation[Symbol.asyncDispose]());

  const ledger = (...args: string[]) => runCommand('consilium-site', ['ledger', ...args]);
  const linesOf = async (folder: string) => (await readFile(ledgerFilesIn(ledgerFolderOf(folder)).lines, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as LedgerLine);

  it('names every contribution that the coordinator has, and every sum that it opened', async () => {
    const { contributions, decryptions, rounds } = federation.store.read;
    const expected: string[] = [];
    for (const round of await rounds.list('small-study-1')) {
      for (const { site, digest, bytes } of await contributions.list(round.id)) if (site === 'mercy') expected.push(`contribution ${round.id} ${digest} ${bytes}`);
      for (const { site, answer } of await decryptions.list(round.id)) if (site === 'mercy' && answer) expected.push(`opened-sum ${round.id} ${Object.values(answer.sumDigests).toSorted().join()}`);
    }
    const found = (await linesOf(federation.siteFolder('mercy'))).map(({ what, round, parts }) =>
      what === 'contribution' ? `${what} ${round} ${parts[0]!.digest} ${parts[0]!.bytes}` : `${what} ${round} ${parts.map(({ digest }) => digest).toSorted().join()}`,
    );
    expect(found).to.have.members(expected);
    expect(expected.length).to.be.greaterThan(6);
  });

  it('is shown with filters and totals, as a table and as JSON', async () => {
    const folder = federation.siteFolder('mercy');
    const all = await linesOf(folder);
    const shown = await ledger('show', folder);
    expect(shown.stdout, shown.stderr).to.match(/^LINE +TIME +WHAT +ROUND/).and.to.contain(`${all.length} lines, `).and.to.contain('small-study-1.0');
    const none = await ledger('show', folder, '--study', 'another');
    expect(none.stdout).to.equal('0 lines, 0.0 KiB left, 0 repeated, 0 countersigned by the coordinator.\n');
    const json = JSON.parse((await ledger('show', folder, '--run', 'small-study-1', '--since', all[2]!.at, '--json')).stdout) as { lines: LedgerLine[]; totals: object };
    expect(json.lines.map(({ hash }) => hash)).to.deep.equal(all.slice(2).map(({ hash }) => hash));
    expect(json.totals).to.include({ lines: all.length - 2, repetitions: 0, countersigned: all.length - 2 });
    expect((await ledger('show', folder, '--since', 'yesterday')).exitCode).to.equal(2);
  });

  it('verifies at the site while the agent runs, and with the coordinator', async () => {
    const folder = federation.siteFolder('mercy');
    const { length } = await linesOf(folder);
    const verified = await ledger('verify', folder, '--online');
    expect([verified.exitCode, verified.stderr]).to.deep.equal([0, '']);
    expect(verified.stdout).to.match(/\nThe key of mercy:\n {2}words {2}\S.*\n {2}hex {4}\S.*\nThe key of its coordinator:\n/).and.to.contain(
      `All ${length} lines are right: unchanged, in order, and signed by mercy.\nThe coordinator countersigned ${length} of them, the newest is line ${length}. It knows of none after it.\n`,
    );
  });

  it('is exported for another machine, where no key is, and any change of the export is found there', async () => {
    const target = join(federation.path, 'export');
    expect((await ledger('export', federation.siteFolder('mercy'), target)).stdout).to.contain(`ledger verify ${target}`);
    expect((await readdir(target)).toSorted()).to.deep.equal(['ledger.csv', 'ledger.json', 'ledger.jsonl', 'owner.json', 'receipts.jsonl']);
    expect((await ledger('verify', target)).exitCode).to.equal(0);
    expect((await ledger('export', federation.siteFolder('mercy'), target)).stderr).to.contain('Name an empty folder');
    expect((await ledger('verify', target, '--online')).exitCode).to.equal(2);
    for (const [file, from, to] of [['ledger.jsonl', 'training', 'trainingx'], ['ledger.csv', 'training', 'evaluation'], ['ledger.json', '"attempt": 1', '"attempt": 2'], ['receipts.jsonl', '"auditSequence":', '"auditSequence":9']] as const) {
      const text = await readFile(join(target, file), 'utf8');
      await writeFile(join(target, file), text.replace(from, to));
      const { exitCode, stderr } = await ledger('verify', target);
      expect(exitCode, file).to.equal(6);
      expect(stderr, file).to.contain('The egress ledger is not as it was written.');
      await writeFile(join(target, file), text);
    }
    await rm(join(target, 'ledger.csv'));
    expect((await ledger('verify', target)).stderr).to.contain('ledger.csv is missing.');
  });

  it('whose end and last receipts were cut off passes offline, and is found with the coordinator', async () => {
    const copy = join(federation.path, 'cut');
    await cp(federation.siteFolder('north'), copy, { recursive: true });
    const files = ledgerFilesIn(ledgerFolderOf(copy));
    for (const file of [files.lines, files.receipts]) {
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
      await writeFile(file, lines.slice(0, 2).map((line) => `${line}\n`).join(''));
    }
    expect((await ledger('verify', copy)).exitCode).to.equal(0);
    const { exitCode, stderr } = await ledger('verify', copy, '--online');
    expect([exitCode, stderr.includes('and the ledger ends with line 2.')]).to.deep.equal([6, true]);
  });

  it("says of each line for which study and purpose it left, and under which of the hospital's decisions: a person's or the policy's", async () => {
    const policyFile = join(federation.siteFolder('north'), 'policy.json');
    const plan = shortPlan({ study: 'by-policy', rounds: oneRound });
    const { words } = keyFingerprint(rawPublicKey(federation.leadKey));
    await writeFile(policyFile, JSON.stringify({ studies: 'approve-within-limits', leadKeys: [words] }));
    const recorded = await federation.propose(plan);
    for (const site of ['mercy', 'south']) await approveAtSite(federation.siteFolder(site), recorded);
    await federation.coordinator.decisions.decided(plan.study, patience());
    const { id } = await federation.coordinator.runs.start(plan.study, 'test');
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
    await rm(policyFile);

    const { rounds, runs } = federation.store.read;
    const deciders = new Set<string>();
    for (const site of ['mercy', 'north']) {
      for (const { round, run, study, planHash, purpose, approval } of await linesOf(federation.siteFolder(site))) {
        const held = (await rounds.find(round))!;
        const approved = await approvalOf(site, (await runs.find(held.run))!.study);
        const said = `${approved.decidedBy} ${sha256Hex(encodeStatement(studyDecisionDomain, studyDecisionFields(approved)))}`;
        expect({ run, study, planHash, purpose, approval }, `${site} ${round}`).to.deep.equal({ run: held.run, study: approved.study, planHash: approved.planHash, purpose: held.purpose, approval: said });
        deciders.add(`${site} ${study} ${approved.decidedBy}`);
      }
    }
    expect([...deciders]).to.have.members(['mercy small-study person', 'mercy by-policy person', 'north small-study person', 'north by-policy policy']);
  });

  /** The one decision about a study that the site told the coordinator; it is what the site itself keeps. */
  async function approvalOf(site: string, study: string): Promise<StudyDecision> {
    const [kept, ...others] = (await new ConsentRecords(federation.siteFolder(site)).decisions.of(study)) as [Decision, ...Decision[]];
    const told = (await federation.store.read.studyDecisions.list(study, kept.rosterHash)).find((decision) => decision.site === site)!;
    const { federation: _federation, site: _site, signature: _signature, ...said } = told;
    expect([said.decision, others.length]).to.deep.equal(['approved', 0]);
    expect(kept).to.deep.include(said);
    return told;
  }

  it('stops the agent before it does anything when a line was changed', async () => {
    const files = ledgerFilesIn(ledgerFolderOf(federation.siteFolder('north')));
    const text = await readFile(files.lines, 'utf8');
    await federation.agent('north')[Symbol.asyncDispose]();
    await writeFile(files.lines, text.replace('training', 'evaluation'));
    await expectError('ledger-damaged', federation.startAgent('north'));
    const serve = await runCommand('consilium-site', ['serve', federation.siteFolder('north')]);
    expect(serve.exitCode, serve.stderr).to.equal(6);
    expect(serve.stderr).to.match(/Line \d+ of the ledger was changed after it was written\./);
    await writeFile(files.lines, text);
    await federation.startAgent('north');
  });

  it('restored from a backup is refused by the coordinator: the agent ends, and nothing more leaves, until the site is set up anew', async () => {
    const folder = federation.siteFolder('south');
    const backup = join(federation.path, 'yesterday');
    await federation.agent('south')[Symbol.asyncDispose]();
    await cp(folder, backup, { recursive: true });
    await federation.startAgent('south');
    const run = await federation.run(shortPlan({ study: 'today', rounds: oneRound }));
    expect(run.state, run.reason).to.equal('COMPLETED');

    await federation.agent('south')[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
    await rename(backup, folder);
    const restored = await federation.startAgent('south');
    const failed = await federation.run(shortPlan({ study: 'tomorrow', rounds: oneRound }));
    expect(failed.state).to.equal('FAILED');
    await expectError('ledger-not-growing', restored.working);
    const events = (await federation.store.read.audit.list(0, 10_000)).filter(({ detail }) => detail['code'] === 'ledger-not-growing');
    expect(events[0]).to.include({ actor: 'site south', action: 'contribution refused' });
    await expectError('ledger-not-growing', federation.startAgent('south'));

    const coordinator = await openCoordinatorFolder(federation.coordinatorFolder);
    const address = { host: '127.0.0.1', port: federation.coordinator.sitePort };
    const { bundle } = await createInvitation(federation.store, systemClock, { actor: 'test', site: 'south', address, fingerprint: coordinator.authority.fingerprint, replaces: true });
    const data = await readFile(join(folder, 'data.csv'));
    await rm(folder, { recursive: true });
    await joinFederation(folder, formatBundle(bundle), { signal: patience() });
    await writeFile(join(folder, 'data.csv'), data);
    await federation.restartAgent('south', { engine: 'wasm', dataSets: { [smallDataSet]: { path: 'data.csv' } } });
    // Its peers hear on the telephone that the key is another one.
    for (const peer of ['mercy', 'north']) await new ConsentRecords(federation.siteFolder(peer)).pins.unpin({ site: 'south' });
    const again = await federation.run(shortPlan({ study: 'set-up-anew', rounds: oneRound }));
    expect(again.state, again.reason).to.equal('COMPLETED');
    expect((await linesOf(folder))[0]).to.include({ sequence: 1, study: 'set-up-anew' });
  });
});
