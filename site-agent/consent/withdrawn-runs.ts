import { join } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { lockFolder } from '../../shared/files/folder-lock.ts';
import { silentLogger } from '../../shared/logs/logger.ts';
import { KeyRing } from '../encryption/key-ring.ts';
import { openSiteFolder } from '../identity/site-folder.ts';
import { SiteRuns } from '../runs/site-runs.ts';
import { ConsentRecords } from './consent-records.ts';
import { withdrawalInForce } from './standing.ts';

/** A run of a study from which the hospital has withdrawn, and when: it may approve again and withdraw again. */
export interface WithdrawnRun {
  readonly run: string;
  readonly withdrawnAtMs: number;
}

/** Those of which the site still holds something. */
export async function withdrawnRuns({ decisions }: ConsentRecords, runs: SiteRuns): Promise<WithdrawnRun[]> {
  const found = await Promise.all((await runs.names()).map(async (run) => ({ run, pinned: await runs.pinned(run).catch(() => undefined) })));
  const withdrawals = found.map(async ({ run, pinned }) => {
    const withdrawal = pinned && withdrawalInForce(await decisions.of(pinned.study));
    return withdrawal ? [{ run, withdrawnAtMs: withdrawal.decidedAtMs }] : [];
  });
  return (await Promise.all(withdrawals)).flat();
}

/**
 * Erases the group keys and everything else of withdrawn runs, for the command line.
 * @returns false when an agent is at work in the folder: it does the same as soon as the decision is on disk
 */
export async function endWithdrawnRunsUnlessAtWork(folder: string): Promise<boolean> {
  let lock: Disposable;
  try {
    lock = lockFolder(folder);
  } catch (error) {
    if (error instanceof ConsiliumError && error.code === 'folder-locked') return false;
    throw error;
  }
  using _held = lock;
  const { dataSets, engine } = openSiteFolder(folder).settings;
  using keys = new KeyRing(join(folder, 'state', 'keys'));
  await using runs = new SiteRuns(join(folder, 'state', 'runs'), { folder, dataSets, engine, log: silentLogger });
  for (const { run } of await withdrawnRuns(new ConsentRecords(folder), runs)) await endWithdrawnRun(run, keys, runs);
  return true;
}

/** Nothing of the run can be opened or trained any more; its pinned identity stays, so that later offers are known for what they are. */
export async function endWithdrawnRun(run: string, keys: KeyRing, runs: SiteRuns): Promise<void> {
  await keys.erase(run);
  await runs.strip(run);
}
