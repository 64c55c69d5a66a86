import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand } from '../support/command.ts';

describe('consilium site', () => {
  let api: ApiCoordinator;
  let folder: string;
  before(async () => {
    api = await startApiCoordinator();
    [folder] = (await api.enrol('mercy')) as [string];
  });
  after(() => api[Symbol.asyncDispose]());
  const site = (...args: string[]) => runCommand('consilium', ['--connection', api.connectionFile, 'site', ...args]);

  it('list shows how many days the certificates have left', async () => {
    const { stdout, stderr } = await site('list');
    expect(stdout, stderr).to.match(/^SITE +STATE +ENROLLED +CERTIFICATE UNTIL +DAYS LEFT\nmercy .* 397\n$/);
  });

  it('revoke says so when there is no such site', async () => {
    const { exitCode, stderr } = await site('revoke', 'nowhere', '--json');
    expect([exitCode, JSON.parse(stderr).code]).to.deep.equal([5, 'site-not-found']);
  });

  it('revoke ends the site\'s agent with exit code 4 and what to do, and may be repeated', async () => {
    const agent = spawn(process.execPath, [join(import.meta.dirname, '../../bin/consilium-site.ts'), 'serve', folder, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [exited, stderr] = [once(agent, 'exit'), text(agent.stderr)];
    await once(createInterface(agent.stdout), 'line');
    const first = await site('revoke', 'mercy');
    expect(first.stdout, first.stderr).to.match(/^mercy is revoked since 2.*Z and cut off\./);
    expect(await exited).to.deep.equal([4, null]);
    const error = JSON.parse((await stderr).trim().split('\n').at(-1) ?? '') as { code: string; message: string; next: string };
    expect(error.code).to.equal('certificate-refused');
    expect(error.message).to.contain('The site mercy was revoked.');
    expect(error.next).to.contain('Ask the operator for a new bundle');
    const second = await site('revoke', 'mercy', '--json');
    expect(second.exitCode, second.stderr).to.equal(0);
    const { body } = await api.send('/sites');
    expect(body.sites[0].revokedAt).to.equal(JSON.parse(second.stdout).revokedAt);
    expect((await site('list')).stdout).to.match(/^mercy +revoked/m);
  });
});
