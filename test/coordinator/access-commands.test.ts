import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseConnection } from '../../shared/http-api/connection-file.ts';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand } from '../support/command.ts';
import { dayMs, minuteMs } from '../support/set-clock.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

describe('consilium-coordinator access', () => {
  let api: ApiCoordinator;
  let state: TemporaryFolder;
  before(async () => {
    state = temporaryFolder();
    api = await startApiCoordinator();
  });
  after(async () => {
    state[Symbol.dispose]();
    await api[Symbol.asyncDispose]();
  });

  const access = (subcommand: string, ...rest: string[]) => runCommand('consilium-coordinator', ['access', subcommand, api.folder, ...rest]);

  it('grant writes a private connection file with which its roles can be used at once, and revoke ends it at once', async () => {
    const file = join(state.path, 'grace.json');
    const granted = await access('grant', 'grace', '--role', 'data-scientist', 'auditor', '--valid', '30d', '--http-address', 'c.example.org:444', '--output', file, '--json');
    const { id, roles, expiresAt } = JSON.parse(granted.stdout);
    expect(roles).to.deep.equal(['data-scientist', 'auditor']);
    expect(Date.parse(expiresAt) - Date.now()).to.be.closeTo(30 * dayMs, minuteMs);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const { url, token = '', certificateAuthority } = parseConnection(file, readFileSync(file, 'utf8'));
    expect([url, certificateAuthority]).to.deep.equal(['https://c.example.org:444', api.connection.certificateAuthority]);
    expect(granted.stdout).not.to.contain(token);
    expect((await api.send('/access', { token })).status).to.equal(200);
    expect((await api.send('/access', { token, method: 'POST', body: {} })).status).to.equal(403);

    expect((await access('revoke', id)).stdout).to.equal(`The access ${id} of grace is revoked.\n`);
    expect((await api.send('/access', { token })).body.code).to.equal('access-revoked');
    expect((await access('revoke', id)).exitCode).to.equal(0);
    expect((await access('list')).stdout).to.match(new RegExp(`^${id} +grace +data-scientist, auditor +revoked \\d.*Z +\\d.*Z$`, 'm'));
  });

  it('list shows who has access, and no token or hash', async () => {
    const { stdout } = await access('list', '--json');
    const [first] = JSON.parse(stdout).access;
    expect(first).to.have.all.keys('id', 'name', 'roles', 'createdAt', 'expiresAt', 'revokedAt', 'lastUsedAt').and.to.include({ name: 'ada', revokedAt: null });
    expect((await access('list')).stdout).to.match(/^\w+ +ada +viewer, data-scientist, operator, auditor +until \d.*Z +/m);
  });

  it('grant does not write over a file, and then gives nothing', async () => {
    const file = join(state.path, 'grace.json');
    const { exitCode, stderr } = await access('grant', 'twice', '--role', 'viewer', '--output', file, '--json');
    expect([exitCode, JSON.parse(stderr).code]).to.deep.equal([5, 'file-unwritable']);
    expect((await access('list')).stdout).not.to.contain('twice');
  });

  for (const [what, args] of [
    ['no role', []], ['a role that there is not', ['--role', 'chief']], ['more than a year', ['--role', 'viewer', '--valid', '367d']], ['no time', ['--role', 'viewer', '--valid', '0d']],
  ] as const) {
    it(`grant refuses ${what}`, async () => {
      const file = join(state.path, 'lin.json');
      expect((await access('grant', 'lin', ...args, '--output', file)).exitCode).to.equal(2);
      expect(existsSync(file)).to.equal(false);
    });
  }

  it('revoke says when there is no such access', async () => {
    const { exitCode, stderr } = await access('revoke', '0123456789ab', '--json');
    expect([exitCode, JSON.parse(stderr).code]).to.deep.equal([5, 'access-not-found']);
  });

  it('connection needs the settings of an organisation\'s login', async () => {
    const { exitCode, stderr } = await access('connection', '--output', join(state.path, 'people.json'), '--json');
    expect([exitCode, JSON.parse(stderr).code]).to.deep.equal([5, 'no-organisation-login']);
  });
});
