import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { keyFingerprint } from '../../../shared/statements/key-fingerprint.ts';
import { rawPublicKey } from '../../../shared/statements/signature.ts';
import { ConsentRecords } from '../../../site-agent/consent/consent-records.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { openSiteFolder } from '../../../site-agent/identity/site-folder.ts';
import { main } from '../../../site-agent/main.ts';
import { memoryIo } from '../../shared/command-line/memory-io.ts';
import { patience } from '../../support/patience.ts';
import { StudyMakers } from '../../support/proposed-study.ts';
import { smallPlan } from '../../support/small-study.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator, type TestCoordinator } from '../../support/test-coordinator.ts';

describe('The commands with which a hospital decides', () => {
  const makers = new StudyMakers();
  let parent: TemporaryFolder;
  let coordinator: TestCoordinator;
  let folder: string;
  before(async () => {
    parent = temporaryFolder();
    coordinator = await startTestCoordinator();
    folder = join(parent.path, 'site');
    await joinFederation(folder, await coordinator.invite('mercy'), { signal: patience() });
  });
  after(async () => {
    parent[Symbol.dispose]();
    await coordinator[Symbol.asyncDispose]();
  });

  /** Runs `consilium-site` in this process. */
  const type = async (...args: string[]) => {
    const io = memoryIo();
    const exitCode = await main(args, io);
    return { exitCode, ...(await io.output()) };
  };
  const json = async (...args: string[]) => JSON.parse((await type(...args, '--json')).stdout) as Record<string, unknown>;

  it('identity shows the fingerprint of the key that rosters name, in words and hex', async () => {
    const { words, hex } = keyFingerprint(rawPublicKey(openSiteFolder(folder).signingKey));
    expect(await json('identity', folder)).to.include({ event: 'identity', site: 'mercy', words, hex });
    expect((await type('identity', folder)).stdout).to.contain(words).and.to.contain(hex);
  });

  it('peer pins words and hex, refuses what is no fingerprint and another key, and unpins', async () => {
    const { words } = keyFingerprint(makers.member('north').signingKey);
    const { hex } = keyFingerprint(makers.member('lead').signingKey);
    const other = keyFingerprint(makers.member('south').signingKey).words;
    expect((await type('peer', 'pin', folder, 'north', ...words.toUpperCase().split(' '))).exitCode).to.equal(0);
    expect((await type('peer', 'pin', folder, 'north', words)).exitCode, 'again').to.equal(0);
    expect((await type('peer', 'pin', folder, 'lead-study', '--lead-key', ...hex.split(' '))).exitCode).to.equal(0);
    const misheard = await type('peer', 'pin', folder, 'south', ...words.split(' ').toReversed());
    expect([misheard.exitCode, misheard.stderr.includes('12 words')]).to.deep.equal([2, true]);
    expect((await type('peer', 'pin', folder, 'north', other)).stderr).to.contain('Another fingerprint is pinned');
    expect((await type('peer', 'pin', folder, '../north', words)).exitCode).to.equal(2);
    const { stdout } = await type('peer', 'list', folder);
    expect(stdout).to.match(/^north .*/m).and.to.match(/^those who lead lead-study .*/m);
    expect((await type('peer', 'unpin', folder, 'north')).stdout).to.equal('The key of north is not pinned any more.\n');
    expect((await type('peer', 'unpin', folder, 'north')).stdout).to.equal('No key of north was pinned.\n');
    expect((await type('peer', 'unpin', folder, 'lead-study', '--lead-key')).exitCode).to.equal(0);
  });

  it('peer pins no fingerprint for a second name, and says whose it is; one lead key may lead several studies', async () => {
    const north = keyFingerprint(makers.member('north').signingKey);
    const lead = keyFingerprint(makers.member('lead').signingKey);
    const own = keyFingerprint(rawPublicKey(openSiteFolder(folder).signingKey));
    const pin = (...args: string[]) => type('peer', 'pin', folder, ...args);
    const pinned = [['north', north.words], ['first-study', '--lead-key', lead.words], ['second-study', '--lead-key', lead.hex]];
    for (const args of pinned) expect((await pin(...args)).exitCode, args.join(' ')).to.equal(0);
    const refused: [args: string[], whose: string][] = [
      [['south', north.words], 'It is pinned as the key of north.'],
      [['south', north.hex], 'It is pinned as the key of north.'],
      [['south', lead.words], 'It is pinned as the key of those who lead first-study.'],
      [['third-study', '--lead-key', north.words], 'It is pinned as the key of north.'],
      [['south', own.words], 'It is the key of this site.'],
      [['third-study', '--lead-key', own.hex], 'It is the key of this site.'],
    ];
    for (const [args, whose] of refused) {
      const { exitCode, stderr } = await pin(...args);
      expect([exitCode, stderr.split('\n')[0]], args.join(' ')).to.deep.equal([5, `This is the fingerprint of a key that somebody else has. ${whose}`]);
    }
    expect((await json('peer', 'list', folder))['pins']).to.have.lengthOf(pinned.length);
    for (const args of pinned) expect((await pin(...args)).exitCode, `${args.join(' ')}, again`).to.equal(0);
    await type('peer', 'unpin', folder, 'north');
    expect((await pin('south', north.words)).exitCode, 'the other pin was wrong').to.equal(0);
    for (const args of [['south'], ['first-study', '--lead-key'], ['second-study', '--lead-key']]) await type('peer', 'unpin', folder, ...args);
  });

  it('policy checks and explains policy.json', async () => {
    expect((await type('policy', 'show', folder)).stdout).to.contain('A person approves each study');
    expect((await type('policy', 'check', folder)).stdout).to.match(/^There is no .*policy\.json: a person decides about every study\./);
    writeFileSync(join(folder, 'policy.json'), '{ "maximumRounds": "many" }');
    const wrong = await type('policy', 'check', folder);
    expect([wrong.exitCode, wrong.stderr.includes('policy.json.maximumRounds')]).to.deep.equal([2, true]);
    writeFileSync(join(folder, 'policy.json'), '{ "maximumRounds": 100 }');
    expect((await type('policy', 'check', folder)).stdout).to.equal(`Nothing is wrong with ${join(folder, 'policy.json')}.\n`);
    expect((await type('policy', 'show', folder)).stdout).to.contain('A run may have at most 100 rounds.');
  });

  it('study shows what is asked, what the policy says and whose keys are new, with the next command; what others wrote cannot pose as that', async () => {
    const forged = 'For research.\n  north  pinned\u001b[2J';
    const { planJson, roster, rosterHash, planHash } = await makers.study(['mercy', 'north', 'south'], smallPlan({ purpose: forged }));
    await new ConsentRecords(folder).proposals.keep(planJson, roster);
    const { stdout } = await type('study', 'show', folder, 'small-study');
    expect(stdout).not.to.match(/^  north  pinned/m);
    expect(stdout).not.to.contain('\u001b');
    expect(stdout).to.contain('  kept      maximumRounds: the study holds 5 rounds a run.');
    expect(stdout).to.match(/^  north  NOT PINNED/m).and.to.contain(keyFingerprint(makers.member('north').signingKey).words).and.to.contain('mercy  this site');
    expect(stdout).to.contain(`  consilium-site study approve ${folder} small-study\n`);
    const listed = (await json('study', 'list', folder))['studies'] as object[];
    expect(listed).to.have.lengthOf(1);
    expect(listed[0]).to.include({ study: 'small-study', planHash, rosterHash, state: 'waiting' });
  });

  it('study approves, refuses and withdraws, each safe to repeat, and says what comes next', async () => {
    expect((await type('study', 'approve', folder, 'small-study')).exitCode, 'not pinned').to.equal(4);
    for (let times = 0; times < 2; times++) {
      const approved = await type('study', 'approve', folder, 'small-study', '--pin-members', '--by', 'Head of IT');
      expect(approved.stdout, approved.stderr).to.contain('PINNED').and.to.contain(`consilium-site study withdraw ${folder} small-study`);
    }
    expect((await type('study', 'list', folder)).stdout).to.contain('It was approved by Head of IT');
    for (let times = 0; times < 2; times++) expect((await type('study', 'withdraw', folder, 'small-study')).stdout).to.contain('Withdrawn from small-study.');
    expect((await json('study', 'refuse', folder, 'small-study'))).to.include({ event: 'study-decided', decision: 'refused', code: 'study-refused' });
    expect((await type('study', 'show', folder, 'other')).exitCode).to.equal(5);
    expect((await type('study', 'show', folder, '../other')).exitCode).to.equal(5);
  });

  it('pause and resume are safe to repeat', async () => {
    for (const [command, event] of [['pause', 'paused'], ['pause', 'paused'], ['resume', 'resumed'], ['resume', 'resumed']] as const) {
      expect(await json(command, folder)).to.deep.equal({ event });
    }
  });
});
