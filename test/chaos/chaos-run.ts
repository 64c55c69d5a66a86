import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { hasRunEnded } from '../../coordinator/runs/run.ts';
import { LogFile } from '../support/log-file.ts';
import type { Disk } from './disk.ts';
import { FaultWork } from './fault-work.ts';
import { sites } from './federation-template.ts';
import { FederationUnderChaos } from './federation-under-chaos.ts';
import { refutations } from './proofs.ts';
import { differences, runRecord, type RunRecord } from './run-record.ts';
import type { Fault } from './schedule.ts';

/** A run that has not ended so long after its last fault has lost something. */
const patienceMs = 300_000;
const lookMs = 100;

export interface ChaosRunResult {
  readonly record: RunRecord;
  readonly kills: number;
  readonly done: readonly Fault[];
  /** That went on from a checkpoint. */
  readonly resumedTrainings: number;
  /** Whether it did not come to its end. */
  readonly isLost: boolean;
  /** What is wrong with it, for people. */
  readonly wrong: readonly string[];
  /** Which programs ended by themselves, and how; a service manager started them again. */
  readonly ownEnds: readonly string[];
  readonly seconds: number;
}

/** Holds one run under a schedule of faults and looks at what came of it. */
export async function chaosRun(settings: { template: string; disk: Disk; folder: string; seed: number; study: string; faults: readonly Fault[]; reference?: RunRecord }): Promise<ChaosRunResult> {
  const { template, disk, folder, seed, study, faults, reference } = settings;
  const startedMs = performance.now();
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  await using federation = await FederationUnderChaos.start(template, join(disk.path, 'federation'), logs);
  const run = await federation.startRun(study, seed);
  const over = new AbortController();
  const work = new FaultWork(federation, disk, over.signal);
  const working = work.do(faults);
  await Promise.race([ended(federation, run, over.signal), working.then(() => setTimeout(patienceMs, undefined, { signal: over.signal }).catch(() => undefined))]);
  over.abort();
  await working;
  for (const wire of federation.wires.values()) wire.weather = { kind: 'clear' };
  await federation.everyoneUp(30_000, new AbortController().signal);
  const record = await runRecord(federation.read, run);
  const isLost = record.state !== 'COMPLETED';
  const wrong = isLost ? [] : [...(await refutations(federation, run, folder)), ...(reference ? differences(record, reference) : [])];
  const left = await federation.stop();
  if (left.length > 0) wrong.push(`Processes are left behind: ${left.join(', ')}.`);
  const ownEnds = [...federation.programs].flatMap(([name, program]) => program.ownEnds.map((how) => `${name}: ${how}`));
  const resumedTrainings = sites.flatMap((site) => new LogFile(join(logs, `${site}.log`)).lines()).filter(({ resumedAtStep }) => Number(resumedAtStep) > 0).length;
  return { record, resumedTrainings, kills: work.kills, done: work.done, isLost, wrong, ownEnds, seconds: (performance.now() - startedMs) / 1000 };
}

async function ended(federation: FederationUnderChaos, id: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const run = await federation.read.runs.find(id).catch(() => undefined); // the disk may be full
    if (run && hasRunEnded(run)) return;
    await setTimeout(lookMs, undefined, { signal }).catch(() => undefined);
  }
}
