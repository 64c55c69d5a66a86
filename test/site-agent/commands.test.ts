import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { joinFederation } from '../../site-agent/identity/join.ts';
import { runCommand } from '../support/command.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { patience } from '../support/patience.ts';
import { smallDataSet, smallPlan, smallTable } from '../support/small-study.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { startTestCoordinator, type TestCoordinator } from '../support/test-coordinator.ts';

describe('consilium-site', () => {
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

  const dataSets = (): object => (JSON.parse(readFileSync(join(folder, 'site.json'), 'utf8')) as { dataSets: object }).dataSets;

  it('join says when the bundle cannot be read', async () => {
    const file = join(parent.path, 'no.bundle');
    const { exitCode, stderr } = await runCommand('consilium-site', ['join', join(parent.path, 'other'), '--bundle', file]);
    expect([exitCode, stderr.split('\n')[0]]).to.deep.equal([2, `The file cannot be read. ${file} (ENOENT).`]);
  });

  it('join goes through the proxy that it is told, and neither its output nor site.json holds the login', async () => {
    await using proxy = await startConnectProxy({ login: 'mercy:secret' });
    const [bundle, login] = [join(parent.path, 'west.bundle'), join(parent.path, 'login')];
    writeFileSync(bundle, await coordinator.invite('west'));
    writeFileSync(login, 'mercy:secret\n', { mode: 0o600 });
    const joined = join(parent.path, 'west');
    const { exitCode, stdout, stderr } = await runCommand('consilium-site', ['join', joined, '--bundle', bundle, '--proxy', proxy.url, '--proxy-login', login]);
    expect([exitCode, stderr]).to.deep.equal([0, '']);
    const settings = readFileSync(join(joined, 'site.json'), 'utf8');
    expect(JSON.parse(settings).network).to.deep.equal({ proxy: { url: proxy.url, loginFile: login } });
    expect(stdout + settings).not.to.contain('secret');
    expect(proxy.tunnels).to.be.greaterThan(0);
    const alone = await runCommand('consilium-site', ['join', join(parent.path, 'none'), '--bundle', bundle, '--proxy-login', login]);
    expect([alone.exitCode, alone.stderr.includes('need --proxy')]).to.deep.equal([2, true]);
  });

  it('data add refuses a file that is not there and what is not a file, and says where it looked', async () => {
    const missing = await runCommand('consilium-site', ['data', 'add', folder, smallDataSet, '../data.csv']);
    expect(missing.exitCode).to.equal(5);
    expect(missing.stderr).to.contain(`${join(parent.path, 'data.csv')} is not there. A relative path starts at the site's folder.`);
    mkdirSync(join(parent.path, 'folder.csv'));
    const directory = await runCommand('consilium-site', ['data', 'add', folder, smallDataSet, join(parent.path, 'folder.csv')]);
    expect([directory.exitCode, directory.stderr.includes('folder.csv is not a file.')]).to.deep.equal([5, true]);
    expect(dataSets()).to.deep.equal({});
  });

  it('data add says the rule for names', async () => {
    writeFileSync(join(parent.path, 'data.csv'), smallTable('mercy'));
    const { exitCode, stderr } = await runCommand('consilium-site', ['data', 'add', folder, 'Small_Cohort', join(parent.path, 'data.csv')]);
    expect(exitCode).to.equal(2);
    expect(stderr).to.contain('1 to 63 lower-case letters, digits and hyphens');
    expect(dataSets()).to.deep.equal({});
  });

  it('data add keeps the path as it was typed and prints the file that it means', async () => {
    const { stdout, stderr } = await runCommand('consilium-site', ['data', 'add', folder, smallDataSet, '../data.csv']);
    expect(stdout, stderr).to.contain(`now read ${join(parent.path, 'data.csv')}.`);
    expect(dataSets()).to.deep.equal({ [smallDataSet]: { path: '../data.csv' } });
  });

  it('check ends with a line that counts, and takes plans', async () => {
    const planFile = join(parent.path, 'plan.json');
    writeFileSync(planFile, JSON.stringify(smallPlan()));
    const right = await runCommand('consilium-site', ['check', folder, '--plan', planFile]);
    expect([right.exitCode, right.stderr]).to.deep.equal([0, '']);
    expect(right.stdout).to.match(/^All 15 steps are right(, \d with a warning)?\.\n$/m).and.to.contain('30 training rows and 10 test rows');
    expect(right.stdout).to.match(/^STEP +RESULT +WHAT WAS FOUND\n/);
    writeFileSync(planFile, '{}');
    const wrong = await runCommand('consilium-site', ['check', folder, '--plan', planFile, '--json']);
    expect(wrong.exitCode).to.equal(5);
    expect(JSON.parse(wrong.stderr).code).to.equal('check-failed');
  });

  for (const path of ['.', 'keys', 'keys/tls.pem', 'keys/signing.pem', 'keys/agreement.pem']) {
    it(`serve refuses to start while others can read ${path}, and says what to run`, async () => {
      const open = join(folder, path);
      const { mode } = statSync(open);
      chmodSync(open, mode | 0o040);
      const { exitCode, stderr } = await runCommand('consilium-site', ['serve', folder]);
      chmodSync(open, mode);
      expect(exitCode).to.equal(5);
      expect(stderr).to.contain(`${open}: is open to other users`).and.to.contain(`run: chmod go-rwx '${open}'`);
    });
  }

  it('data add refuses keys that others can write', async () => {
    chmodSync(join(folder, 'keys/signing.pem'), 0o620);
    const { exitCode, stderr } = await runCommand('consilium-site', ['data', 'add', folder, 'other', join(parent.path, 'data.csv'), '--json']);
    chmodSync(join(folder, 'keys/signing.pem'), 0o600);
    expect([exitCode, JSON.parse(stderr).code]).to.deep.equal([5, 'file-not-private']);
  });

  it('serve ends with 0 and a last word when it is told to stop', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/consilium-site.ts'), 'serve', folder, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const exited = once(child, 'exit');
    const told: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      told.push((JSON.parse(line) as { event: string }).event);
      if (told.length === 1) child.kill('SIGTERM');
    }
    expect(told).to.deep.equal(['serving', 'stopped']);
    expect(await exited).to.deep.equal([0, null]);
  });
});
