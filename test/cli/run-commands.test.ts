import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand } from '../support/command.ts';
import { heartPlanFile } from '../support/heart-plan.ts';

describe('consilium run', function () {
  this.timeout(30_000);
  let api: ApiCoordinator;
  before(async () => {
    api = await startApiCoordinator();
    await api.enrol('cleveland', 'hungarian', 'switzerland', 'va');
  });
  after(() => api[Symbol.asyncDispose]());

  const consilium = (...args: string[]) => runCommand('consilium', args, { CONSILIUM_CONNECTION: api.connectionFile });

  it('starts a run of a submitted study and shows it', async () => {
    expect((await consilium('run', 'start', 'heart-disease')).exitCode).to.equal(5);
    expect((await consilium('study', 'submit', heartPlanFile)).exitCode).to.equal(0);
    const started = await consilium('run', 'start', 'heart-disease', '--seed', '7', '--json');
    expect(JSON.parse(started.stdout)).to.include({ id: 'heart-disease-1', state: 'KEYING' });
    expect((await consilium('run', 'show')).stdout).to.match(/^heart-disease-1 {2}keying {2}0 of 17/m);
    expect((await consilium('run', 'show', 'heart-disease-1')).stdout).to.contain('Sites: cleveland, hungarian, switzerland, va');
  });

  it('a seed that is not a number is refused', async () => {
    const { exitCode, stderr } = await consilium('run', 'start', 'heart-disease', '--seed', 'x');
    expect([exitCode, stderr.split('\n')[0]]).to.deep.equal([2, "error: option '--seed <number>' argument 'x' is invalid. It is not a whole number."]);
  });

  /** Watches a run and calls `onState` each time that its state is told; resolves to the events and the exit code. */
  async function watch(run: string, onState: (time: number) => Promise<unknown>): Promise<{ events: string[]; exitCode: number | null }> {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/consilium.ts'), 'run', 'watch', run, '--json'], {
      env: { ...process.env, CONSILIUM_CONNECTION: api.connectionFile },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const events: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const { event } = JSON.parse(line);
      events.push(event);
      if (event === 'state') await onState(events.filter((name) => name === 'state').length);
    }
    if (child.exitCode === null) await once(child, 'exit');
    return { events, exitCode: child.exitCode };
  }

  it('watch ends with the run, and not with 0 when the run was stopped', async () => {
    const outcome = await watch('heart-disease-1', async () => {
      expect((await consilium('run', 'stop', 'heart-disease-1')).stdout).to.equal('heart-disease-1 is stopped.\n');
    });
    expect(outcome).to.deep.equal({ events: ['state', 'run-stopped'], exitCode: 5 });
  });

  it('watch goes on where it was when the coordinator comes back', async () => {
    await consilium('run', 'start', 'heart-disease');
    const outcome = await watch('heart-disease-2', (time) => (time === 1 ? api.restart() : consilium('run', 'stop', 'heart-disease-2')));
    expect(outcome).to.deep.equal({ events: ['state', 'state', 'run-stopped'], exitCode: 5 });
  });

  it('watch of a run that has ended says why it is not complete', async () => {
    const { exitCode, stderr } = await consilium('run', 'watch', 'heart-disease-1');
    expect(exitCode).to.equal(5);
    expect(stderr).to.contain('The run ended before its last round. heart-disease-1 is STOPPED: A person stopped it.');
  });
});
