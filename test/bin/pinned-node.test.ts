import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import ts from 'typescript';
import { findOldNode } from './old-node.ts';

const repository = join(import.meta.dirname, '../..');
const oldNode = findOldNode();

/** A program that tells where it runs, and then does what its first argument says. */
const probe = `
import { underPinnedNode } from './pinned-node.js';
await underPinnedNode(async () => {
  const [task, code] = process.argv.slice(2);
  if (task === 'exit') process.exitCode = Number(code);
  if (task === 'wait') setInterval(() => {}, 60_000);
  if (task === 'catch') process.once('SIGTERM', () => process.exit(7)), setInterval(() => {}, 60_000);
  process.stdout.write(JSON.stringify({ pid: process.pid, version: process.versions.node, code }) + '\\n');
});
`;

(oldNode ? describe : describe.skip)(`a command started by an old Node${oldNode ? '' : ' (skipped: no Node older than 24 is on the PATH)'}`, () => {
  const folders: string[] = [];
  const pids: number[] = [];
  let probePath: string;

  async function installProbe(parent: string): Promise<string> {
    const folder = await mkdtemp(join(parent, '.consilium-probe-'));
    folders.push(folder);
    const launcher = await readFile(join(repository, 'bin/pinned-node.ts'), 'utf8');
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'pinned-node.js'), ts.transpile(launcher, { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext }));
    await writeFile(join(folder, 'probe.js'), probe);
    return join(folder, 'probe.js');
  }

  function start(...args: string[]): ChildProcessWithoutNullStreams {
    return spawn(oldNode!, args);
  }

  /** Resolves once the program runs under its Node. */
  async function report(child: ChildProcessWithoutNullStreams): Promise<{ pid: number; version: string; code?: string }> {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const told = JSON.parse(line.toString());
    pids.push(told.pid);
    return told;
  }

  before(async () => {
    probePath = await installProbe(join(repository, 'node_modules'));
  });
  after(async () => {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended, as it should.
      }
    }
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  it('runs under the Node of the package, with its arguments and exit code', async () => {
    const child = start(probePath, 'exit', '5');
    const { version, code } = await report(child);
    expect(Number.parseInt(version, 10)).to.be.at.least(24);
    expect(code).to.equal('5');
    expect(await once(child, 'exit')).to.deep.equal([5, null]);
  });

  it('receives the signals that the launcher gets, and its way of ending becomes the launcher\'s', async () => {
    const catching = start(probePath, 'catch');
    await report(catching);
    catching.kill('SIGTERM');
    expect(await once(catching, 'exit')).to.deep.equal([7, null]);

    const dying = start(probePath, 'wait');
    await report(dying);
    dying.kill('SIGTERM');
    expect(await once(dying, 'exit')).to.deep.equal([null, 'SIGTERM']);
  });

  it('ends when the launcher is killed', async () => {
    const child = start(probePath, 'wait');
    const { pid } = await report(child);
    expect(pid).not.to.equal(child.pid);
    child.kill('SIGKILL');
    // It holds the other end of these pipes until it has ended.
    await once(child, 'close');
  });

  it('says what to do when the package lacks its Node', async () => {
    const child = start(await installProbe(tmpdir()), 'exit', '0');
    const [message, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(code).to.equal(1);
    expect(message).to.match(/^Consilium needs Node 24\.10 or newer; this is Node \d+\..*\. The package node-.*, which carries it, is not installed\.$/m);
    expect(message).to.contain('--omit=optional').and.to.contain('https://nodejs.org');
  });
});
