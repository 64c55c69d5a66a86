import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { Programs, type ProgramCommand } from '../../demo/programs.ts';
import type { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const freePort = '127.0.0.1:0';

describe('the programs of a demonstration', () => {
  let temporary: TemporaryFolder;
  beforeEach(() => (temporary = temporaryFolder()));
  afterEach(() => temporary[Symbol.dispose]());

  function coordinator(...rest: string[]): ProgramCommand {
    return { name: 'coordinator', program: 'consilium-coordinator', arguments: rest };
  }

  /** Starts a coordinator, lets the test do something to it, and returns its process id. */
  async function withCoordinator(test: (programs: Programs, pid: number) => Promise<void>): Promise<number> {
    await using programs = new Programs(temporary.path, new AbortController().signal);
    const folder = join(temporary.path, 'coordinator');
    await programs.run(coordinator('init', folder, '--name', 'Test', '--host', '127.0.0.1'));
    const { pid } = await programs.serve(
      coordinator('serve', folder, '--site-address', freePort, '--http-address', freePort, '--metrics-address', freePort),
    );
    await test(programs, pid);
    return pid;
  }

  it('end with the scope', async () => {
    const pid = await withCoordinator(async (_programs, running) => {
      expect(process.kill(running, 0)).to.equal(true);
    });
    expect(() => process.kill(-pid, 0)).to.throw('ESRCH');
  });

  it('abort everything, with the end of their log, when one ends by itself', async () => {
    await withCoordinator(async ({ signal }, pid) => {
      process.kill(pid, 'SIGKILL');
      if (!signal.aborted) await once(signal, 'abort');
      const { code, detail, problems } = signal.reason as ConsiliumError;
      expect(code).to.equal('program-ended');
      expect(detail).to.contain('which was killed');
      expect(problems.at(-1)?.message).to.contain('The coordinator is ready.');
    });
  });

  it('tell why a command failed', async () => {
    await using programs = new Programs(temporary.path, new AbortController().signal);
    const error = await expectError('program-ended', programs.run(coordinator('sites', join(temporary.path, 'nothing'))));
    expect(error.detail).to.contain('ended with exit code 5');
    expect(error.problems.at(-1)?.message).to.contain('not-initialised');
  });
});
