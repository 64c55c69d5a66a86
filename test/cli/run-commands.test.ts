import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand } from '../support/command.ts';
import { heartPlanFile } from '../support/heart-plan.ts';

describe('consilium run', () => {
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
    expect(JSON.parse((await consilium('run', 'start', 'heart-disease', '--json')).stderr)).to.include({ code: 'roster-missing' });
    await api.approve('heart-disease');
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

  it('show tells the reason of the end as one sentence', async () => {
    expect((await consilium('run', 'show', 'heart-disease-1')).stdout).to.match(/^heart-disease-1 is stopped: A person stopped it\. 0 of 17 rounds are published\.$/m);
  });

  it('start warns of a run of the same study that goes on', async () => {
    const first = await consilium('run', 'start', 'heart-disease');
    expect([first.exitCode, first.stderr]).to.deep.equal([0, '']);
    const second = await consilium('run', 'start', 'heart-disease');
    expect([second.exitCode, second.stderr]).to.deep.equal([0, 'Warning: heart-disease-3 of the same study goes on as well. Stop it with: consilium run stop heart-disease-3\n']);
  });

  it('watch that is interrupted says that the run goes on, and nothing of a lost connection', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/consilium.ts'), 'run', 'watch', 'heart-disease-3', '--json'], {
      env: { ...process.env, CONSILIUM_CONNECTION: api.connectionFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const told = text(child.stderr);
    await once(createInterface({ input: child.stdout }), 'line');
    child.kill('SIGINT');
    const [exitCode] = await once(child, 'exit');
    expect(exitCode).to.equal(1);
    const lines = (await told).trim().split('\n');
    expect(lines).to.have.length(1);
    expect(JSON.parse(lines[0]!)).to.include({
      code: 'watch-interrupted',
      message: 'The run is not watched any more; it goes on at the coordinator. Watch it again with: consilium run watch heart-disease-3; stop it for good with: consilium run stop heart-disease-3',
    });
    expect(JSON.parse((await consilium('run', 'show', 'heart-disease-3', '--json')).stdout).endedAt).to.equal(null);
  });

  it('watch of a run that has ended says why it is not complete', async () => {
    const { exitCode, stderr } = await consilium('run', 'watch', 'heart-disease-1');
    expect(exitCode).to.equal(5);
    expect(stderr).to.contain('The run ended before its last round. heart-disease-1 is stopped: A person stopped it. Look at its rounds with: consilium run show heart-disease-1\n');
  });
});
