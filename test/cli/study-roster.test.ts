import { spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { keyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand } from '../support/command.ts';
import { smallPlan } from '../support/small-study.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const sites = ['mercy', 'north', 'south', 'west'];

describe('the roster of a study on the command line', () => {
  let folder: TemporaryFolder;
  let api: ApiCoordinator;
  let siteFolders: string[];
  let leadKey: string;

  const consilium = (...args: string[]) => runCommand('consilium', args, { CONSILIUM_CONNECTION: api.connectionFile });
  const roster = (...args: string[]) => consilium('study', 'roster', 'small-study', '--key', leadKey, ...args);
  const lastLine = ({ stdout }: { stdout: string }) => stdout.trimEnd().split('\n').at(-1);

  before(async () => {
    folder = temporaryFolder();
    leadKey = join(folder.path, 'lead-key.pem');
    api = await startApiCoordinator();
    siteFolders = await api.enrol(...sites);
    await api.send('/studies', { method: 'POST', body: smallPlan() });
  });
  after(async () => {
    folder[Symbol.dispose]();
    await api[Symbol.asyncDispose]();
  });

  it('keygen writes a private key and tells its fingerprint in words and in hexadecimal', async () => {
    const { exitCode, stdout, stderr } = await consilium('study', 'keygen', leadKey, '--json');
    expect(exitCode, stderr).to.equal(0);
    const pem = readFileSync(leadKey);
    expect(statSync(leadKey).mode & 0o777).to.equal(0o600);
    expect(JSON.parse(stdout)).to.deep.equal({ file: leadKey, ...keyFingerprint(rawPublicKey(createPrivateKey(pem))) });
  });

  it('keygen leaves a file that is there alone', async () => {
    const before = readFileSync(leadKey);
    const { exitCode, stderr } = await consilium('study', 'keygen', leadKey);
    expect([exitCode, stderr.split('\n')[0]]).to.deep.equal([5, `The file cannot be written. ${leadKey} is already there.`]);
    expect(readFileSync(leadKey)).to.deep.equal(before);
  });

  it('show says that a roster comes next', async () => {
    expect(lastLine(await consilium('study', 'show', 'small-study'))).to.equal('Nobody is a member yet. Sign a roster with: consilium study roster small-study --key FILE');
  });

  it('says before anybody is called that its members are too few for the plan', async () => {
    const { exitCode, stdout, stderr } = await roster('--site', 'mercy', 'north');
    expect([exitCode, stdout]).to.deep.equal([2, '']);
    expect(stderr).to.contain("members: are 2, and the study's quorum is 3");
  });

  it('is signed by nobody who was not asked, and every fingerprint is shown before', async () => {
    const { exitCode, stdout, stderr } = await roster();
    expect([exitCode, stderr.split('\n')[0]]).to.deep.equal([2, 'This needs a yes, and nobody sits at a terminal to give it. Has every hospital read the same fingerprint to you?']);
    for (const siteFolder of siteFolders) {
      const { words, hex } = keyFingerprint(rawPublicKey(openSiteFolder(siteFolder).signingKey));
      expect(stdout).to.contain(words).and.to.contain(hex.slice(0, 39)).and.to.contain(hex.slice(40));
    }
    expect((await api.send('/studies/small-study/rosters')).body.rosters).to.deep.equal([]);
  });

  it('is signed over all enrolled sites and submitted', async () => {
    const { exitCode, stdout, stderr } = await roster('--yes', '--json');
    expect(exitCode, stderr).to.equal(0);
    const signed = JSON.parse(stdout);
    expect(signed).to.deep.include({ version: 1, alreadySigned: false, changes: { joined: sites, left: [], rekeyed: [] } });
    const [recorded] = (await api.send('/studies/small-study/rosters')).body.rosters;
    expect(recorded.hash).to.equal(signed.hash);
    expect(recorded.roster.members.map(({ site }: { site: string }) => site)).to.deep.equal(sites);
  });

  it('with the same members is not signed again', async () => {
    const { exitCode, stdout } = await roster();
    expect([exitCode, stdout]).to.deep.equal([0, 'Version 1 of the roster of small-study has these members already; there is nothing to do.\n']);
  });

  it('show says who has decided what, and what comes next', async () => {
    await api.decide('small-study', 'mercy', { decidedBy: 'policy' });
    await api.decide('small-study', 'north', { decision: 'refused', code: 'too-few-samples' });
    const { stdout } = await consilium('study', 'show', 'small-study');
    expect(stdout).to.match(/^mercy {2}approved by its policy /m).and.to.match(/^north {2}refused \(too-few-samples\) by a person /m).and.to.match(/^south {2}not yet /m);
    expect(stdout).to.contain('Waiting for south, west. There a person decides with: consilium-site study show FOLDER small-study\nRefused by north.');
  });

  it('of the next version shows what changes', async () => {
    const { exitCode, stdout } = await roster('--yes', '--site', 'mercy', 'south', 'west');
    expect(exitCode).to.equal(0);
    expect(stdout).to.contain('Version 2 of the roster, 3 members').and.to.contain('Changes:\n  - north\n');
  });

  it('is refused with another lead key, and with a file that holds none', async () => {
    const another = join(folder.path, 'another.pem');
    await consilium('study', 'keygen', another);
    const changed = await consilium('study', 'roster', 'small-study', '--key', another, '--yes', '--json');
    expect([changed.exitCode, JSON.parse(changed.stderr).code]).to.deep.equal([6, 'lead-key-changed']);
    const wrong = join(folder.path, 'wrong.pem');
    writeFileSync(wrong, 'secret words\n');
    const invalid = await consilium('study', 'roster', 'small-study', '--key', wrong, '--yes', '--json');
    expect([invalid.exitCode, JSON.parse(invalid.stderr).code]).to.deep.equal([2, 'lead-key-invalid']);
    expect(invalid.stderr).not.to.contain('secret');
  });

  it('is refused with a site that is not enrolled', async () => {
    const { exitCode, stderr } = await roster('--yes', '--site', 'mercy', 'ghost');
    expect([exitCode, stderr.split('\n')[0]]).to.deep.equal([5, 'The study needs sites that are not enrolled. Missing: ghost.']);
  });

  it('lets a run start only when every member has approved, and start --wait waits for that', async () => {
    const early = await consilium('run', 'start', 'small-study', '--json');
    expect(JSON.parse(early.stderr)).to.include({ code: 'approvals-missing' });
    await api.decide('small-study', 'mercy');
    await api.decide('small-study', 'south', { decision: 'refused', code: 'too-few-samples' });
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/consilium.ts'), 'run', 'start', 'small-study', '--wait'], {
      env: { ...process.env, CONSILIUM_CONNECTION: api.connectionFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = text(child.stdout);
    const [waiting] = (await once(createInterface(child.stderr), 'line')) as [string];
    expect(waiting).to.equal('2 of 3 hospitals have decided; waiting for west.');
    await api.decide('small-study', 'south');
    await api.decide('small-study', 'west');
    const [exitCode] = await once(child, 'exit');
    expect(exitCode).to.equal(0);
    expect(await started).to.contain('Started small-study-1 with mercy, south, west.');
    expect(lastLine(await consilium('study', 'show', 'small-study'))).to.equal('Every member has approved. Start a run with: consilium run start small-study --watch');
  });

  it('start --wait ends when a hospital refuses, and names it', async () => {
    await api.decide('small-study', 'west', { decision: 'withdrawn' });
    const { exitCode, stderr } = await consilium('run', 'start', 'small-study', '--wait');
    expect(exitCode).to.equal(5);
    expect(stderr).to.contain('\n  west: withdrew its approval\n').and.not.to.contain('  mercy: ');
  });
});
