import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';

const program = join(import.meta.dirname, 'stubborn-command.ts');

describe('a command as a process', () => {
  let child: ChildProcessWithoutNullStreams;

  /** Sends these signals when the line comes. */
  function start(argument: string, signalsAt: Record<string, NodeJS.Signals[]>): void {
    child = spawn(process.execPath, [program, argument]);
    createInterface(child.stdout).on('line', (line) => {
      for (const signal of signalsAt[line] ?? []) child.kill(signal);
    });
  }
  afterEach(() => child.kill('SIGKILL'));

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends in order at ${signal}`, async () => {
      start('yield', { running: [signal] });
      expect(await once(child, 'exit')).to.deep.equal([0, null]);
    });
  }

  it('ends at once at the second signal', async () => {
    start('stay', { running: ['SIGTERM'], stubborn: ['SIGINT'] });
    expect(await once(child, 'exit')).to.deep.equal([130, null]);
  });

  it('takes signals that arrive together for one', async () => {
    start('yield', { running: ['SIGINT', 'SIGTERM'] });
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
  });

  it('tells of an error that no command caught, but not its message', async () => {
    start('crash', {});
    const [message, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(code).to.equal(1);
    expect(message).to.match(/Reference [0-9a-f]{8}\.\n/).and.not.to.contain('233');
  });
});
