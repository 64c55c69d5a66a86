import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseConnection } from '../../shared/http-api/connection-file.ts';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand } from '../support/command.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

describe('consilium access', () => {
  let api: ApiCoordinator;
  let folder: TemporaryFolder;
  before(async () => {
    folder = temporaryFolder();
    api = await startApiCoordinator();
  });
  after(async () => {
    folder[Symbol.dispose]();
    await api[Symbol.asyncDispose]();
  });

  const consilium = (connection: string, ...args: string[]) => runCommand('consilium', ['--connection', connection, ...args]);

  it('gives a connection file with fewer roles, and takes it back at once', async () => {
    const file = join(folder.path, 'grace.json');
    const granted = await consilium(api.connectionFile, 'access', 'grant', 'grace', '--role', 'operator', '--valid', '12h', '--output', file);
    const { url, token = '' } = parseConnection(file, readFileSync(file, 'utf8'));
    expect(url).to.equal(api.connection.url);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(granted.stdout).not.to.contain(token);
    const [, id = ''] = /consilium access revoke (\w+)\n$/.exec(granted.stdout) ?? [];
    expect((await consilium(file, 'access', 'list')).stdout).to.match(new RegExp(`^${id} +grace +operator +until`, 'm'));

    const beyond = await consilium(file, 'access', 'grant', 'lin', '--role', 'auditor', '--output', join(folder.path, 'lin.json'), '--json');
    expect([beyond.exitCode, JSON.parse(beyond.stderr).code]).to.deep.equal([4, 'role-missing']);
    expect((await consilium(api.connectionFile, 'access', 'revoke', id)).stdout).to.equal(`The access ${id} of grace is revoked.\n`);
    const refused = await consilium(file, 'site', 'list', '--json');
    expect([refused.exitCode, JSON.parse(refused.stderr).code]).to.deep.equal([4, 'access-revoked']);
  });

  it('tells whoever lacks a role which one it takes', async () => {
    const file = join(folder.path, 'viewer.json');
    await consilium(api.connectionFile, 'access', 'grant', 'wall', '--role', 'viewer', '--output', file);
    const { stderr } = await consilium(file, 'run', 'start', 'small-study');
    expect(stderr).to.contain('It needs the role data-scientist; wall has viewer.').and.to.contain('Ask the operator of the federation');
  });
});
