import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { CoordinatorClient } from '../../cli/coordinator-client.ts';
import { CertificateAuthority } from '../../coordinator/federation/certificate-authority.ts';
import { systemClock } from '../../shared/clock.ts';
import { formatConnection } from '../../shared/http-api/connection-file.ts';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand } from '../support/command.ts';
import { patience } from '../support/patience.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

describe('the connection of a command', () => {
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

  async function listSites(change: Partial<ApiCoordinator['connection']>) {
    const file = join(folder.path, 'connection.json');
    writeFileSync(file, formatConnection({ ...api.connection, ...change }));
    return runCommand('consilium', ['site', 'list', '--connection', file, '--json']);
  }
  const codeOf = ({ stderr }: { stderr: string }): string => JSON.parse(stderr).code;

  it('comes from the option or from the environment', async () => {
    const option = await runCommand('consilium', ['--connection', api.connectionFile, 'site', 'list', '--json']);
    expect([option.exitCode, option.stdout]).to.deep.equal([0, '{"sites":[]}\n']);
    const environment = await runCommand('consilium', ['site', 'list', '--json'], { CONSILIUM_CONNECTION: api.connectionFile });
    expect(environment).to.deep.equal(option);
  });

  it('has to be named', async () => {
    const outcome = await runCommand('consilium', ['site', 'list', '--json'], { CONSILIUM_CONNECTION: '' });
    expect([outcome.exitCode, codeOf(outcome)]).to.deep.equal([2, 'connection-missing']);
  });

  it('with a wrong token is refused', async () => {
    const outcome = await listSites({ token: 'A'.repeat(43) });
    expect([outcome.exitCode, codeOf(outcome)]).to.deep.equal([4, 'token-refused']);
  });

  it('trusts the authority of its file and no other', async () => {
    await using other = await startApiCoordinator();
    const outcome = await listSites({ certificateAuthority: other.connection.certificateAuthority });
    expect([outcome.exitCode, codeOf(outcome)]).to.deep.equal([4, 'coordinator-certificate-refused']);
  });

  it('tells a coordinator that is not there from one that is something else', async () => {
    const server = createServer((socket) => socket.resume().end('hello\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const stranger = await listSites({ url: `https://127.0.0.1:${port}` });
    server.close();
    await once(server, 'close');
    const nobody = await listSites({ url: `https://127.0.0.1:${port}` });
    expect([nobody.exitCode, codeOf(nobody), JSON.parse(nobody.stderr).message]).to.deep.equal([3, 'coordinator-unreachable', `The coordinator cannot be reached. https://127.0.0.1:${port} refuses the connection; nothing listens there.`]);
    expect([stranger.exitCode, codeOf(stranger)]).to.deep.equal([3, 'coordinator-unreachable']);
    expect(JSON.parse(stranger.stderr).message).to.contain('does not speak TLS');
  });

  it('is ended before the coordinator ends it: the next request would be lost with it', async () => {
    const authority = await CertificateAuthority.create('Cardiology network', systemClock.nowMs());
    const { chain: cert, privateKey: key } = await authority.issueServerCertificate(['127.0.0.1'], systemClock.nowMs());
    const ended = Promise.withResolvers<string>();
    // Closed by the command after one second, and by the coordinator after three. The second reply comes after longer than that one second.
    const server = createHttpsServer({ cert, key, keepAliveTimeout: 2000 }, ({ url }, response) => setTimeout(() => response.end('{}'), url?.endsWith('slow') ? 1300 : 0));
    server.on('secureConnection', (socket) => socket.once('end', () => ended.resolve('by the command')).once('close', () => ended.resolve('by the coordinator')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = new CoordinatorClient({ url: `https://127.0.0.1:${port}`, certificateAuthority: authority.certificate.toString() }, async () => 'token', patience());
    for (const path of ['/', '/slow']) await client.bytes(path);
    expect(await ended.promise).to.equal('by the command');
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('file that is damaged is refused with its problems', async () => {
    const file = join(folder.path, 'damaged.json');
    writeFileSync(file, JSON.stringify({ url: 'http://127.0.0.1:1', token: 'x' }));
    const outcome = await runCommand('consilium', ['site', 'list', '--connection', file, '--json']);
    expect([outcome.exitCode, codeOf(outcome)]).to.deep.equal([2, 'invalid-settings']);
    expect(JSON.parse(outcome.stderr).problems).to.have.length(3);
    expect(outcome.stderr).not.to.contain('"x"');
  });
});
