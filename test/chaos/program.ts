import { readFileSync } from 'node:fs';
import { systemClock } from '../../shared/clock.ts';
import { runProcess } from '../../shared/command-line/run-process.ts';

/**
 * The coordinator or a site's agent as it is, but that its clock is ahead of the machine's by as many milliseconds as a
 * file says. `node program.ts coordinator|site ...` takes the command line of either.
 */
process.umask(0o077);
const clockFile = process.env['CONSILIUM_CHAOS_CLOCK'];
if (clockFile !== undefined) {
  const machineMs = systemClock.nowMs;
  Object.assign(systemClock, { nowMs: () => machineMs() + Number(readFileSync(clockFile, 'utf8')) });
}
const [program] = process.argv.splice(2, 1);
const { main } = program === 'coordinator' ? await import('../../coordinator/main.ts') : await import('../../site-agent/main.ts');
await runProcess(main);
