import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { LaneName } from '../shared/studies/plan.ts';
import { parametersOf, works } from './work.ts';

const rowSchema = z.object({ event: z.literal('row'), step: z.string(), valuesPerSecond: z.number(), secondsPerMillionValues: z.number() });

export type KernelRow = z.output<typeof rowSchema>;

export interface SecureSumFigures {
  readonly case: 'secure-sum';
  readonly rows: readonly KernelRow[];
  /** What has to happen one after the other in a round of `mobile` when every site has a machine of its own and nothing is sent: comparable with `tenseal-kernel`. */
  readonly criticalPathSeconds: number;
}

/** At a site, at the coordinator for each site, and at a decryptor. */
const before = ['encode', 'encrypt', 'tag'];
const perSite = ['add'];
const after = ['verify', 'decrypt'];

export async function measureSecureSum({ lanes, signal }: { lanes: LaneName; signal: AbortSignal }): Promise<SecureSumFigures> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'secure-sum.ts'), '--json', '--lanes', lanes], { stdio: ['ignore', 'pipe', 'inherit'], signal });
  child.once('error', () => undefined); // the signal; what it printed is not read then
  const lines = (await text(child.stdout)).trimEnd().split('\n');
  signal.throwIfAborted();
  const rows = lines.map((line) => JSON.parse(line) as unknown).filter((line) => (line as KernelRow).event === 'row').map((line) => rowSchema.parse(line));
  const work = works['mobile']!;
  const millions = parametersOf(work) / 1e6;
  const seconds = (steps: readonly string[]) => rows.filter(({ step }) => steps.includes(step)).reduce((sum, row) => sum + row.secondsPerMillionValues * millions, 0);
  return { case: 'secure-sum', rows, criticalPathSeconds: seconds(before) + work.sites * seconds(perSite) + seconds(after) };
}
