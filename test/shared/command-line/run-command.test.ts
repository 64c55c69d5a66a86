import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { Command } from 'commander';
import { runCommand } from '../../../shared/command-line/run-command.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { packageVersion } from '../../../shared/package-version.ts';
import { memoryIo, type MemoryIo } from './memory-io.ts';

/** Runs `probe act [--json]` with this action. */
async function run(argv: string[], action: () => void | Promise<void> = () => {}, io: MemoryIo = memoryIo()) {
  const program = new Command('probe').description('a command line for this test');
  program.command('act').option('--size <bytes>', 'a size').action(action);
  const exitCode = await runCommand(program, argv, io);
  return { exitCode, ...(await io.output()) };
}

describe('a command', () => {
  it('ends with 0 when its action ends well', async () => {
    expect(await run(['act'])).to.deep.equal({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('prints its version and its help on standard output', async () => {
    expect(await run(['--version'])).to.deep.equal({ exitCode: 0, stdout: `${packageVersion()}\n`, stderr: '' });
    const help = await run(['--help']);
    expect(help.exitCode).to.equal(0);
    expect(help.stdout).to.contain('Usage: probe').and.to.contain('--json');
  });

  it('tells a person what happened, each problem and what to do, and ends with the documented code', async () => {
    const { exitCode, stdout, stderr } = await run(['act'], () => {
      throw new ConsiliumError('plan-invalid', 'It is heart.json.', { problems: [{ path: 'rounds.count', message: 'is missing' }] });
    });
    expect(exitCode).to.equal(2);
    expect(stdout).to.equal('');
    expect(stderr).to.equal('The study plan is not valid. It is heart.json.\n  rounds.count: is missing\nCorrect every problem listed and check the plan again.\n');
  });

  it('tells a script the same in one line of JSON', async () => {
    const { exitCode, stderr } = await run(['act', '--json'], () => {
      throw new ConsiliumError('coordinator-unreachable');
    });
    expect(exitCode).to.equal(3);
    expect(JSON.parse(stderr)).to.include({ event: 'error', code: 'coordinator-unreachable', message: 'The coordinator cannot be reached.' });
    expect(JSON.parse(stderr)).to.have.keys('event', 'code', 'message', 'next', 'problems');
  });

  for (const [mistake, argv] of [
    ['an unknown option', ['act', '--frobnicate']],
    ['an unknown command', ['dance']],
    ['a missing value', ['act', '--size']],
    ['no command', []],
  ] as const) {
    it(`ends with 2 for ${mistake}`, async () => {
      const { exitCode, stderr } = await run([...argv]);
      expect(exitCode).to.equal(2);
      expect(stderr).to.contain('Usage: probe');
    });

    it(`tells a script of ${mistake} in one line of JSON`, async () => {
      const { exitCode, stderr } = await run(['--json', ...argv]);
      expect(exitCode).to.equal(2);
      expect(JSON.parse(stderr)).to.include({ event: 'error', code: 'invalid-request' });
    });
  }

  it('gives an unexpected error a reference and a trace, and keeps its message to itself', async () => {
    const secret = 'chol=233';
    const action = (): void => {
      JSON.parse(secret);
    };
    const forPerson = await run(['act'], action);
    expect(forPerson.exitCode).to.equal(1);
    expect(forPerson.stderr).to.match(/Reference [0-9a-f]{8}\./).and.to.match(/^SyntaxError\n {4}at /m);
    const forScript = await run(['act', '--json'], action);
    expect(JSON.parse(forScript.stderr)).to.include({ event: 'error', code: 'internal' });
    expect(forPerson.stderr + forScript.stderr).not.to.contain('233');
  });

  it('says that it was cancelled when its signal ends it', async () => {
    const controller = new AbortController();
    const action = async (): Promise<void> => {
      controller.abort(new ConsiliumError('cancelled', 'It received SIGINT.'));
      await setTimeout(60_000, undefined, { signal: controller.signal });
    };
    const { exitCode, stderr } = await run(['act'], action, memoryIo({ signal: controller.signal }));
    expect(stderr).to.contain('The operation was cancelled. It received SIGINT.');
    expect(exitCode).to.equal(1);
  });
});
