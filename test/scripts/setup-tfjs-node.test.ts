import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { requirePrerequisites } from '../../scripts/setup-tfjs-node/prerequisites.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { tfjsNodeIsInstalled } from '../site-agent/training/installed-engines.ts';

const program = join(import.meta.dirname, '../../scripts/setup-tfjs-node/main.ts');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [program, '--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(([[code], stdout, stderr]) => ({ code: code as number | null, stdout, stderr }));
  return { child, ended };
}

/** A repository on this machine, and folders for an engine that is there already and for downloads. */
async function startPlace(answer: RequestListener) {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(temporaryFolder());
  const folder = join(path, 'engines', 'tfjs-node');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'earlier'), 'kept');
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cache = join(path, 'cache');
  const resources = stack.move();
  return {
    folder, cache, server,
    args: ['--folder', folder, '--cache', cache, '--maven-repository', url, '--python-index', url],
    expectAsBefore: () => {
      expect(readdirSync(join(path, 'engines')), 'beside the engine').to.deep.equal(['tfjs-node']);
      expect(readdirSync(folder), 'the engine').to.deep.equal(['earlier']);
      expect(existsSync(cache) ? readdirSync(cache) : [], 'downloads').to.deep.equal([]);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

describe('setup:tfjs-node', function () {
  before(function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') this.skip();
  });

  it('uses nothing that is not what is pinned, and leaves everything as it was', async () => {
    await using place = await startPlace((_request, reply) => reply.end('another library'));
    const { code, stderr } = await start(...place.args).ended;
    expect(code).to.equal(6);
    expect(stderr).to.contain('artifact-altered');
    place.expectAsBefore();
  });

  it('names the repository that does not have the artifact', async () => {
    await using place = await startPlace((_request, reply) => reply.writeHead(404).end());
    const { code, stderr } = await start(...place.args).ended;
    expect(code).to.equal(3);
    expect(stderr).to.contain('tensorflow-core-api-0.5.0-linux-x86_64.jar replies with 404');
    place.expectAsBefore();
  });

  it('leaves everything as it was when it is interrupted in the middle of a download', async () => {
    await using place = await startPlace((_request, reply) => reply.write('the beginning'));
    const { child, ended } = start(...place.args);
    await once(place.server, 'request');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).to.equal(1);
    expect(stderr).to.contain('cancelled');
    place.expectAsBefore();
  });

  it('removes the engine when asked to, and says so when there is none', async () => {
    await using place = await startPlace((_request, reply) => reply.end());
    expect(JSON.parse((await start('--undo', '--folder', place.folder).ended).stdout)).to.include({ event: 'removed' });
    expect(existsSync(place.folder)).to.equal(false);
    expect(JSON.parse((await start('--undo', '--folder', place.folder).ended).stdout)).to.include({ event: 'not-installed' });
  });

  it('a second time does nothing', async function () {
    if (!tfjsNodeIsInstalled) this.skip();
    expect(JSON.parse((await start().ended).stdout)).to.include({ event: 'already-installed' });
  });

  it('says which packages bring the programs that are missing', async () => {
    const error = await expectError('build-tools-missing', Promise.resolve().then(() => requirePrerequisites({ PATH: '/nowhere' }, 'linux', 'x64')));
    expect(error.detail).to.equal('Missing: g++, make, python3. On Debian or Ubuntu: apt-get install g++ make python3.');
  });

  it('says on which machines there is an engine to install', async () => {
    const error = await expectError('engine-not-for-platform', Promise.resolve().then(() => requirePrerequisites(process.env, 'darwin', 'arm64')));
    expect(error.detail).to.equal('This is darwin on arm64.');
  });
});
