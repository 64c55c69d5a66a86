import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { chaosRun, type ChaosRunResult } from './chaos-run.ts';
import { Disk } from './disk.ts';
import { chaosPlan, makeTemplate } from './federation-template.ts';
import type { Fault } from './schedule.ts';

export interface ChaosSettings {
  /** Kills at least, over all runs. */
  readonly kills: number;
  /** What is done to a run, by its number from 1. */
  readonly scheduleOf: (run: number) => readonly Fault[];
  readonly trainingRounds: number;
  readonly seed: number;
  /** Only the run of this number, to play it again. */
  readonly only?: number | undefined;
  /** Where the folders of runs that went wrong are kept. */
  readonly keep?: string | undefined;
  readonly onRun: (result: NumberedRun) => void;
  readonly onNote: (line: string) => void;
}

/** Run 0 is the undisturbed one. */
export interface NumberedRun extends ChaosRunResult {
  readonly number: number;
  readonly faults: readonly Fault[];
}

export interface ChaosSummary {
  readonly seed: number;
  readonly kills: number;
  readonly faults: number;
  /** That went on from a checkpoint. */
  readonly resumedTrainings: number;
  readonly runs: number;
  readonly lost: number;
  readonly wrong: number;
  readonly seconds: number;
}

/** Holds an undisturbed run, and then runs under faults until enough processes were killed; all have the same seeds. */
export async function chaos({ kills, scheduleOf, trainingRounds, seed, only, keep, onRun, onNote }: ChaosSettings): Promise<ChaosSummary> {
  const startedMs = performance.now();
  using temporary = temporaryFolder();
  using disk = new Disk();
  if (disk.unmounted !== undefined) onNote(`No disk is filled, because none could be mounted: ${disk.unmounted}`);
  const template = join(temporary.path, 'template');
  const plan = chaosPlan(trainingRounds);
  await makeTemplate(template, plan, seed);

  const held = async (number: number, faults: readonly Fault[], reference?: ChaosRunResult): Promise<NumberedRun> => {
    const folder = join(temporary.path, `run-${number}`);
    const result = await chaosRun({ template, disk, folder, seed, study: plan.study, faults, ...(reference && { reference: reference.record }) });
    const isKept = keep !== undefined && (result.isLost || result.wrong.length > 0);
    if (isKept) {
      mkdirSync(keep, { recursive: true });
      cpSync(folder, join(keep, `run-${number}`), { recursive: true });
      cpSync(join(disk.path, 'federation'), join(keep, `run-${number}`, 'federation'), { recursive: true });
    }
    for (const used of [folder, join(disk.path, 'federation')]) rmSync(used, { recursive: true, force: true });
    const numbered = { ...result, number, faults };
    onRun(numbered);
    return numbered;
  };

  const reference = await held(0, []);
  if (reference.isLost || reference.wrong.length > 0) throw new Error(`The undisturbed run is not right: ${reference.record.reason} ${reference.wrong.join(' ')}`);
  const runs: NumberedRun[] = [];
  const killed = () => runs.reduce((total, run) => total + run.kills, 0);
  if (only !== undefined) runs.push(await held(only, scheduleOf(only), reference));
  else while (killed() < kills) runs.push(await held(runs.length + 1, scheduleOf(runs.length + 1), reference));
  return {
    seed,
    kills: killed(),
    faults: runs.reduce((total, { done }) => total + done.length, 0),
    resumedTrainings: runs.reduce((total, run) => total + run.resumedTrainings, 0),
    runs: runs.length,
    lost: runs.filter(({ isLost }) => isLost).length,
    wrong: runs.filter(({ wrong }) => wrong.length > 0).length,
    seconds: Math.round((performance.now() - startedMs) / 1000),
  };
}
