import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { startBenchFederation } from './bench-federation.ts';
import { BenchPrograms } from './bench-programs.ts';
import { rejection } from './rejection.ts';
import { works } from './work.ts';

export interface LaunchFigures {
  readonly case: 'launch';
  readonly sites: number;
  /** From the start of the first process until the coordinator's port is open. */
  readonly secondsToReady: number;
  /** From the start of the first process until the first round is offered: the sites have connected, and share a group key. */
  readonly secondsToFirstRound: number;
}

/** Starts the programs of a federation whose sites have joined and agreed, all at the same moment and none running before, and a run as soon as one can be asked for. */
export async function measureLaunch({ signal, onProgress }: { signal: AbortSignal; onProgress: (text: string) => void }): Promise<LaunchFigures> {
  using folder = temporaryFolder();
  const logs = join(folder.path, 'logs');
  mkdirSync(logs);
  await using programs = new BenchPrograms(logs, signal);
  onProgress('launch: the sites join and agree.');
  const work = { ...works['tiny']!, rounds: 1 };
  await using federation = await startBenchFederation({ path: folder.path, programs, work, signal: programs.signal });
  await federation.end();
  onProgress('launch: all start at once.');
  const launchedAtMs = Date.now();
  await federation.launch();
  const readyAtMs = Date.now();
  const run = await federation.start();
  await Promise.race([federation.runEnds(run), rejection(programs.signal)]);
  const opened = (await federation.auditEvents()).find(({ action, subject }) => action === 'round open' && subject.startsWith(`${run}.`))!;
  return { case: 'launch', sites: work.sites, secondsToReady: (readyAtMs - launchedAtMs) / 1000, secondsToFirstRound: (opened.atMs - launchedAtMs) / 1000 };
}
