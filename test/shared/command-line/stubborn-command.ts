import { setTimeout } from 'node:timers/promises';
import type { CommandIo } from '../../../shared/command-line/command-io.ts';
import { runProcess } from '../../../shared/command-line/run-process.ts';

/**
 * A program for the test beside it: says `running`; when interrupted, says `stopping`, goes on until a second
 * signal counts as a second and says `stubborn`, or ends well at once when its argument is `yield`.
 */
await runProcess(async (argv: string[], io: CommandIo): Promise<number> => {
  if (argv[0] === 'crash') throw new TypeError('chol=233');
  io.stdout.write('running\n');
  await setTimeout(60_000, undefined, { signal: io.signal }).catch(() => undefined);
  io.stdout.write('stopping\n');
  if (argv[0] === 'yield') return 0;
  await setTimeout(400);
  io.stdout.write('stubborn\n');
  await setTimeout(60_000);
  return 0;
});
