import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApiCoordinator, type ApiCoordinator } from './api-coordinator.ts';
import { runCommand, type CommandOutcome } from './command.ts';
import { startSmallAgent } from './small-agent.ts';
import { smallPlan } from './small-study.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface RunEvidence extends AsyncDisposable {
  readonly api: ApiCoordinator;
  readonly run: string;
  /** Where the evidence was written. */
  readonly folder: string;
  /** A folder of the test's own. */
  readonly path: string;
  /** What writing it said. */
  readonly written: CommandOutcome;
  consilium(...args: string[]): Promise<CommandOutcome>;
}

/** A run of three real sites from its start to its end, with statistics rounds and a server optimiser that keeps state, and its evidence. */
export async function writeRunEvidence(): Promise<RunEvidence> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(temporaryFolder());
  const api = stack.use(await startApiCoordinator());
  const sites = ['mercy', 'north', 'south'];
  const folders = await api.enrol(...sites);
  for (const [index, site] of sites.entries()) stack.use(await startSmallAgent(folders[index] as string, site));
  const consilium = (...args: string[]) => runCommand('consilium', args, { CONSILIUM_CONNECTION: api.connectionFile });
  const { aggregation } = smallPlan();
  const planFile = join(path, 'plan.json');
  writeFileSync(planFile, JSON.stringify(smallPlan({ aggregation: { ...aggregation, serverOptimiser: { name: 'fedavgm', momentum: 0.5 } } })));
  const leadKey = join(path, 'lead-key.pem');
  await consilium('study', 'submit', planFile);
  await consilium('study', 'keygen', leadKey);
  await consilium('study', 'roster', 'small-study', '--key', leadKey, '--yes');
  await consilium('run', 'start', 'small-study', '--wait', '--watch');
  const folder = join(path, 'evidence');
  const written = await consilium('run', 'evidence', 'small-study-1', '--output', folder, '--json');
  const resources = stack.move();
  return { api, run: 'small-study-1', folder, path, written, consilium, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
