import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { evidencePage } from '../../cli/evidence-page/evidence-page.ts';
import { contentsOf } from '../../shared/evidence/contents.ts';
import type { DocumentName } from '../../shared/evidence/evidence-documents.ts';
import { Evidence } from '../../shared/evidence/evidence.ts';
import { receiptOf, type ReceiptRecord } from '../../shared/evidence/receipt-record.ts';
import { keyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { ledgerFilesIn, ledgerFolderOf } from '../../site-agent/egress/ledger-files.ts';
import { receiptLine } from '../../site-agent/egress/ledger-receipt-line.ts';
import { runCommand } from '../support/command.ts';
import { writeRunEvidence, type RunEvidence } from '../support/run-evidence.ts';

describe('consilium run evidence', () => {
  let evidence: RunEvidence;
  before(async () => {
    evidence = await writeRunEvidence();
  });
  after(() => evidence[Symbol.asyncDispose]());

  /** On another machine there is no connection to the coordinator. */
  const verify = (...args: string[]) => runCommand('consilium', ['evidence', 'verify', ...args], { CONSILIUM_CONNECTION: '' });

  const documentIn = <Document>(folder: string, name: DocumentName): Document => JSON.parse(readFileSync(join(folder, name), 'utf8'));

  it('writes a folder and checks it at once', () => {
    const { exitCode, stdout, stderr } = evidence.written;
    expect(exitCode, stderr).to.equal(0);
    const { run, folder, alreadyThere, checks } = JSON.parse(stdout);
    expect({ run, folder, alreadyThere }).to.deep.equal({ run: evidence.run, folder: evidence.folder, alreadyThere: false });
    expect(checks.map(({ passed }: { passed: boolean }) => passed)).to.deep.equal(Array(18).fill(true));
  });

  it('leaves a folder as it is that already holds the evidence of the run, and refuses any other', async () => {
    const before = statSync(join(evidence.folder, 'contents.json')).mtimeMs;
    const again = await evidence.consilium('run', 'evidence', evidence.run, '--output', evidence.folder);
    expect(again.exitCode, again.stderr).to.equal(0);
    expect(again.stdout).to.contain(`The evidence of ${evidence.run} is in ${evidence.folder} already;`).and.to.contain('\nAll 20 checks are right.\n');
    expect(statSync(join(evidence.folder, 'contents.json')).mtimeMs).to.equal(before);
    expect((await evidence.consilium('run', 'evidence', evidence.run, '--output', evidence.path)).exitCode).to.equal(5);
  });

  it('is refused of a run that goes on, and of one that is not there', async () => {
    const plan = JSON.parse(readFileSync(join(evidence.path, 'plan.json'), 'utf8'));
    const idle = ['east', 'west', 'island']; // whose agents do not run
    await evidence.api.enrol(...idle);
    await evidence.api.send('/studies', { method: 'POST', body: { ...plan, study: 'waiting', sites: idle } });
    await evidence.api.approve('waiting');
    const { body: run } = await evidence.api.send('/runs', { method: 'POST', body: { study: 'waiting' } });
    const refused = await evidence.consilium('run', 'evidence', run.id, '--output', join(evidence.path, 'other'), '--json');
    expect([refused.exitCode, JSON.parse(refused.stderr).code]).to.deep.equal([5, 'run-not-ended']);
    expect((await evidence.consilium('run', 'evidence', 'no-run', '--output', join(evidence.path, 'other'))).exitCode).to.equal(5);
    expect(readdirSync(evidence.path).filter((name) => name.startsWith('other'))).to.deep.equal([]);
  });

  it('of a run that was stopped before its first round shows that nothing was opened', async () => {
    await evidence.consilium('run', 'stop', 'waiting-1');
    const { exitCode, stdout, stderr } = await evidence.consilium('run', 'evidence', 'waiting-1', '--output', join(evidence.path, 'stopped'));
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.contain('manifests: 0 contributions').and.to.contain('models: 0 versions computed anew');
  });

  it('is verified offline: every check with its result', async () => {
    const { exitCode, stdout, stderr } = await verify(evidence.folder);
    expect(exitCode, stderr).to.equal(0);
    const lines = stdout.split('\n').filter((line) => line.startsWith('ok    '));
    expect(lines.map((line) => /^ok {6}([a-z -]+):/.exec(line)?.[1])).to.deep.equal([
      'files', 'page', 'plan', 'rosters', 'approvals', 'epochs', 'schedule', 'manifests', 'co-signatures', 'cohort', 'decryptors', 'lineage', 'ground', 'models',
      'run parameters', 'evaluations', 'smallest cell', 'audit chain', 'audit agreement', 'receipts',
    ]);
    expect(stdout).to.contain('models: 2 versions computed anew');
  });

  it('names for everything that a site sent the line of its ledger, with the receipt that the site keeps', () => {
    const receipts = documentIn<ReceiptRecord[]>(evidence.folder, 'receipts.json');
    for (const [site, siteFolder] of evidence.siteFolders) {
      const files = ledgerFilesIn(ledgerFolderOf(siteFolder));
      const [lines, kept] = [files.lines, files.receipts].map((file) => readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line)));
      const ofSite = receipts.filter((receipt) => receipt.site === site);
      expect(ofSite.map((receipt) => receiptLine(receiptOf(receipt)))).to.deep.equal(kept!.map((receipt) => JSON.stringify(receipt)));
      expect(ofSite.map(({ round, what, hash }) => `${round} ${what} ${hash}`)).to.deep.equal(lines!.map(({ round, what, parts, hash }) => `${round} ${what === 'contribution' ? parts[0].part : what} ${hash}`));
    }
    expect(receipts.length).to.be.greaterThan(18);
  });

  it('holds the same receipts when it is written after a later run', async () => {
    const later = await evidence.consilium('run', 'start', 'small-study', '--wait');
    expect(later.exitCode, later.stderr).to.equal(0);
    const folder = join(evidence.path, 'written-later');
    const { exitCode, stdout } = await evidence.consilium('run', 'evidence', evidence.run, '--output', folder);
    expect(exitCode, stdout).to.equal(0);
    expect(documentIn(folder, 'receipts.json')).to.deep.equal(documentIn(evidence.folder, 'receipts.json'));
  });

  it('that was altered fails with exit code 6 and names what failed', async () => {
    const copy = join(evidence.path, 'copy');
    cpSync(evidence.folder, copy, { recursive: true });
    const versions = JSON.parse(readFileSync(join(copy, 'model-versions.json'), 'utf8'));
    versions[2].evaluation.accuracy = 1;
    writeFileSync(join(copy, 'model-versions.json'), JSON.stringify(versions));
    const { exitCode, stdout, stderr } = await verify(copy, '--json');
    expect(exitCode).to.equal(6);
    expect(JSON.parse(stderr)).to.include({ code: 'evidence-refuted', message: 'The evidence does not show what it should. Failed: files, page, evaluations.' });
    const failed = JSON.parse(stdout).checks.filter(({ passed }: { passed: boolean }) => !passed);
    expect(failed.map(({ finding }: { finding: string }) => finding)).to.deep.equal([
      'model-versions.json was changed', 'evidence.html is another one: read what stands here instead, or ask for a page that this version wrote', 'The evaluation of version 2 is not the one that its sum gives.',
    ]);
    rmSync(copy, { recursive: true });
  });

  it('whose page says something else fails, also where the list of files was made to fit', async () => {
    const copy = join(evidence.path, 'copy');
    cpSync(evidence.folder, copy, { recursive: true });
    const page = join(copy, 'evidence.html');
    writeFileSync(page, readFileSync(page, 'utf8').replace('A small study', 'A large study'));
    const { writtenAt } = documentIn<{ writtenAt: string }>(copy, 'contents.json' as DocumentName);
    writeFileSync(join(copy, 'contents.json'), JSON.stringify(await contentsOf(copy, evidence.run, writtenAt)));
    const { exitCode, stderr } = await verify(copy, '--json');
    rmSync(copy, { recursive: true });
    expect([exitCode, JSON.parse(stderr).message]).to.deep.equal([6, 'The evidence does not show what it should. Failed: page.']);
  });

  it('shows under whose keys it is signed, and compares those that somebody knows', async () => {
    const { signingKey } = openSiteFolder(evidence.siteFolders.get('mercy')!);
    const { words, hex } = keyFingerprint(rawPublicKey(signingKey));
    const right = await verify(evidence.folder, '--site-key', `mercy=${words}`);
    expect(right.exitCode, right.stderr).to.equal(0);
    expect(right.stdout).to.contain(`  mercy (compared)\n    words  ${words}\n    hex    ${hex}\n`).and.to.contain('ok      keys: mercy as named');
    expect(right.stdout).to.contain('  coordinator\n').and.to.contain('  lead key\n').and.to.contain('  south\n');
    for (const wrong of [['--site-key', `north=${words}`], ['--site-key', `west=${words}`], ['--coordinator-key', words], ['--lead-key', hex]]) {
      const { exitCode, stdout } = await verify(evidence.folder, ...wrong);
      expect([exitCode, stdout.includes('FAILED  keys: not the key that was named')], wrong[0]).to.deep.equal([6, true]);
    }
    expect((await verify(evidence.folder, '--site-key', 'mercy')).exitCode).to.equal(2);
  });

  it('is not taken for evidence when it is none', async () => {
    const { exitCode, stderr } = await verify(evidence.path, '--json');
    expect([exitCode, JSON.parse(stderr).code]).to.deep.equal([6, 'evidence-malformed']);
  });

  it('has a page that needs nothing from elsewhere and tells of every version', () => {
    const page = readFileSync(join(evidence.folder, 'evidence.html'), 'utf8');
    expect(page).not.to.match(/<script|<link|<img|<iframe|https?:|url\(|@import|\son[a-z]+=/i);
    expect(page).to.contain('<title>Evidence of small-study-1</title>').and.to.contain('All 18 checks passed when this page was written.');
    for (const { digest } of JSON.parse(readFileSync(join(evidence.folder, 'model-versions.json'), 'utf8'))) expect(page).to.contain(digest);
    expect(page).not.to.contain('FAILED');
  });

  it('has a page that says why a version has no AUC', async () => {
    const copy = join(evidence.path, 'copy');
    cpSync(evidence.folder, copy, { recursive: true });
    const versions = JSON.parse(readFileSync(join(copy, 'model-versions.json'), 'utf8'));
    delete versions[1].evaluation.auc;
    versions[1].evaluation.targets[0].aucMissing = 'fewer than 5 test rows of a class';
    writeFileSync(join(copy, 'model-versions.json'), JSON.stringify(versions));
    const page = evidencePage(await Evidence.open(copy), [], '2026-03-01T09:30:00.000Z');
    rmSync(copy, { recursive: true });
    expect(page).to.contain('>fewer than 5 test rows of a class</td>');
  });
});
