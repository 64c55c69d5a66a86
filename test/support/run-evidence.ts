import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApiCoordinator, type ApiCoordinator } from './api-coordinator.ts';
import { runCommand, type CommandOutcome } from './command.ts';
import { approveAtSite } from './consent.ts';
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
  /** By the sites' names. */
  readonly siteFolders: ReadonlyMap<string, string>;
  /** What writing it said. */
  readonly written: CommandOutcome;
  consilium(...args: string[]): Promise<CommandOutcome>;
}

/**
 * A run of three real sites from its start to its end, with statistics rounds, a server optimiser that keeps state and
 * the usual smallest cell, and its evidence.
 *
 * @param joining a site that the roster names only once the first training round is published: the run has two epochs then
 */
export async function writeRunEvidence({ joining }: { joining?: string } = {}): Promise<RunEvidence> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(temporaryFolder());
  const api = stack.use(await startApiCoordinator());
  const sites = ['mercy', 'north', 'south'];
  const enrolled = joining === undefined ? sites : [...sites, joining];
  const folders = await api.enrol(...enrolled);
  const siteFolders = new Map(enrolled.map((site, index) => [site, folders[index] as string]));
  for (const [site, siteFolder] of siteFolders) stack.use(await startSmallAgent(siteFolder, site));
  const consilium = (...args: string[]) => runCommand('consilium', args, { CONSILIUM_CONNECTION: api.connectionFile });
  const { aggregation, privacy, rounds } = smallPlan();
  const planFile = join(path, 'plan.json');
  const trainingRounds = joining === undefined ? 2 : 12; // the roster changes in the middle of them
  writeFileSync(planFile, JSON.stringify(smallPlan({ aggregation: { ...aggregation, serverOptimiser: { name: 'fedavgm', momentum: 0.5 } }, privacy: { ...privacy, smallestCell: undefined }, rounds: { ...rounds, count: trainingRounds } })));
  const leadKey = join(path, 'lead-key.pem');
  const agree = async (...members: string[]) => {
    await consilium('study', 'roster', 'small-study', '--key', leadKey, '--yes', '--site', ...members);
    const roster = (await api.coordinator.rosters.list('small-study')).at(-1)!;
    for (const site of members) await approveAtSite(siteFolders.get(site) as string, roster, { newCohort: true });
  };
  await consilium('study', 'submit', planFile);
  await consilium('study', 'keygen', leadKey);
  await agree(...sites);
  const joined = Promise.withResolvers<unknown>();
  using _listening = api.coordinator.events.listen(({ event, round }) => {
    if (joining !== undefined && event === 'round-published' && round === 2) joined.resolve(agree(...sites, joining));
  });
  await consilium('run', 'start', 'small-study', '--wait', '--watch');
  if (joining !== undefined) await joined.promise;
  const folder = join(path, 'evidence');
  const written = await consilium('run', 'evidence', 'small-study-1', '--output', folder, '--json');
  const resources = stack.move();
  return { api, run: 'small-study-1', folder, path, siteFolders, written, consilium, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
