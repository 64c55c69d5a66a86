import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { formatConnection, parseConnection } from '../../shared/http-api/connection-file.ts';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand, type CommandOutcome } from '../support/command.ts';
import { audience, commandLineClient, startIdentityProvider, type IdentityProvider } from '../support/identity-provider.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

describe('consilium login', () => {
  let folder: TemporaryFolder;
  let provider: IdentityProvider;
  let api: ApiCoordinator;
  let file: string;
  before(async () => {
    folder = temporaryFolder();
    provider = await startIdentityProvider();
    provider.groups.set('ada', ['research']);
    const { issuer, certificateAuthority } = provider;
    const settings = { issuer, certificateAuthority, audience, resource: audience, clientId: commandLineClient, rolesClaim: 'groups', roles: { research: ['data-scientist'] } };
    api = await startApiCoordinator({ files: { 'open-id-connect.json': settings } });
    file = join(folder.path, 'people.json');
    const address = new URL(api.connection.url).host;
    const { exitCode, stderr } = await runCommand('consilium-coordinator', ['access', 'connection', api.folder, '--http-address', address, '--output', file]);
    expect(exitCode, stderr).to.equal(0);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const consilium = (...args: string[]) => runCommand('consilium', ['--connection', file, ...args, '--json']);
  const codeOf = ({ exitCode, stderr }: CommandOutcome) => [exitCode, JSON.parse(stderr).code];
  const tokensFile = () => join(`${file}.login`, 'tokens.json');
  const kept = () => JSON.parse(readFileSync(tokensFile(), 'utf8')) as { accessToken: string; refreshToken: string; expiresAt: string };

  /** Runs the command, and lets `onCode` do what the person does. */
  async function logIn(onCode: (verificationUri: string, userCode: string) => Promise<void>): Promise<CommandOutcome> {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/consilium.ts'), '--connection', file, 'login', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = Promise.all([text(child.stderr), once(child, 'close')]);
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      const { event, verificationUri, userCode } = JSON.parse(line);
      if (event === 'waiting') await onCode(verificationUri, userCode);
    }
    const [stderr] = await ended;
    return { exitCode: child.exitCode, stdout: lines.at(-1) ?? '', stderr };
  }

  it('has a connection file without any secret', () => {
    const { openIdConnect, token } = parseConnection(file, readFileSync(file, 'utf8'));
    expect(token).to.equal(undefined);
    const { issuer, certificateAuthority } = provider;
    expect(openIdConnect).to.deep.equal({ issuer, certificateAuthority, clientId: commandLineClient, scope: 'openid offline_access', resource: audience });
  });

  it('is needed first', async () => {
    expect(codeOf(await consilium('study', 'list'))).to.deep.equal([4, 'login-needed']);
  });

  it('says so when the person turns it down', async () => {
    expect(codeOf(await logIn((uri, code) => provider.deny(uri, code)))).to.deep.equal([4, 'login-failed']);
    expect(existsSync(tokensFile())).to.equal(false);
  });

  it('lets a person in by the code, and keeps the tokens to their owner', async () => {
    const outcome = await logIn((uri, code) => provider.approve(uri, code, 'ada'));
    expect([outcome.exitCode, JSON.parse(outcome.stdout)], outcome.stderr).to.deep.equal([0, { event: 'logged-in', federation: 'Test federation' }]);
    for (const path of [tokensFile(), `${file}.login`]) expect(statSync(path).mode & 0o077, path).to.equal(0);
    const { accessToken } = kept();
    expect((await consilium('study', 'list')).exitCode).to.equal(0);
    expect(kept().accessToken, 'a token that lives is used again').to.equal(accessToken);
    expect(codeOf(await consilium('site', 'invite', 'mercy'))).to.deep.equal([4, 'role-missing']);
  });

  it('is renewed without the person, once by however many commands at a time', async () => {
    const before = kept();
    writeFileSync(tokensFile(), JSON.stringify({ ...before, expiresAt: new Date().toISOString() }));
    const outcomes = await Promise.all([1, 2, 3].map(() => consilium('study', 'list')));
    expect(outcomes.map(({ exitCode }) => exitCode), outcomes.map(({ stderr }) => stderr).join()).to.deep.equal([0, 0, 0]);
    expect(kept().accessToken).not.to.equal(before.accessToken);
    expect(kept().refreshToken).not.to.equal(before.refreshToken);
    expect((await consilium('study', 'list')).exitCode).to.equal(0);
  });

  it('is needed again when it has ended at the issuer, when what was kept is damaged, and for another issuer', async () => {
    const before = kept();
    writeFileSync(tokensFile(), JSON.stringify({ ...before, refreshToken: 'x', expiresAt: new Date().toISOString() }));
    expect(codeOf(await consilium('study', 'list'))).to.deep.equal([4, 'login-needed']);
    writeFileSync(tokensFile(), '{"accessToken":');
    expect(codeOf(await consilium('study', 'list'))).to.deep.equal([4, 'login-needed']);
    writeFileSync(tokensFile(), JSON.stringify({ ...before, issuer: 'https://login.example.org' }));
    expect(codeOf(await consilium('study', 'list'))).to.deep.equal([4, 'login-needed']);
    writeFileSync(tokensFile(), JSON.stringify(before));
    expect((await consilium('study', 'list')).exitCode).to.equal(0);
  });

  it('trusts the issuer only with the authority of the connection file', async () => {
    const connection = parseConnection(file, readFileSync(file, 'utf8'));
    const other = join(folder.path, 'other.json');
    const openIdConnect = { ...connection.openIdConnect!, certificateAuthority: api.connection.certificateAuthority };
    writeFileSync(other, formatConnection({ url: connection.url, certificateAuthority: connection.certificateAuthority, openIdConnect }));
    const outcome = await runCommand('consilium', ['--connection', other, 'login', '--json']);
    expect(codeOf(outcome)).to.deep.equal([3, 'issuer-unreachable']);
  });

  it('is of no use with a connection file that holds an access token', async () => {
    const outcome = await runCommand('consilium', ['--connection', api.connectionFile, 'login', '--json']);
    expect(codeOf(outcome)).to.deep.equal([5, 'no-organisation-login']);
  });
});
