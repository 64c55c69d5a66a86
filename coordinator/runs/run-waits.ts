import type { DiskState } from '../../shared/storage/disk-room.ts';
import type { RunContexts } from './run-context.ts';
import type { RunMishap, RunMishaps } from './run-mishaps.ts';
import type { RunTables } from './run-tables.ts';
import { runWait, type RunWait } from './run-wait.ts';
import { hasRunEnded, type Run } from './run.ts';

/** What keeps a run from going on now: sites, a mishap, or both. */
export interface RunHindrance extends RunWait {
  readonly stuck: boolean;
  /** The coordinator takes nothing large until somebody makes room on its disk. */
  readonly diskFull: boolean;
  readonly mishap: RunMishap | undefined;
}

/** What waits need to know of the disk. */
interface Disk {
  readonly state: Pick<DiskState, 'full'>;
}

export class RunWaits {
  readonly #read: RunTables;
  readonly #contexts: RunContexts;
  readonly #mishaps: RunMishaps;
  readonly #disk: Disk;
  readonly #startedAtMs: number;

  /** @param startedAtMs when the coordinator started */
  constructor(parts: { read: RunTables; contexts: RunContexts; mishaps: RunMishaps; disk: Disk; startedAtMs: number }) {
    this.#read = parts.read;
    this.#contexts = parts.contexts;
    this.#mishaps = parts.mishaps;
    this.#disk = parts.disk;
    this.#startedAtMs = parts.startedAtMs;
  }

  /** @returns nothing when the run goes on, or has ended */
  async of(run: Run, nowMs: number): Promise<RunHindrance | undefined> {
    if (hasRunEnded(run)) return undefined;
    const { study } = await this.#contexts.of(run.study);
    const wait = await runWait(this.#read, study.plan, run, this.#startedAtMs);
    const mishap = this.#mishaps.of(run.id);
    if (!wait && !mishap) return undefined;
    const diskFull = this.#disk.state.full;
    const stuck = diskFull || isRepeated(mishap);
    if (wait) return { ...wait, mishap, diskFull, stuck: stuck || nowMs >= wait.stuckAtMs };
    const { sinceMs } = mishap as RunMishap;
    return { sites: [], sinceMs, untilMs: null, stuckAtMs: sinceMs, mishap, diskFull, stuck };
  }

  /** Of every run that has not ended. */
  async ofAll(nowMs: number): Promise<{ readonly run: string; readonly hindrance: RunHindrance | undefined }[]> {
    const runs = await this.#read.runs.active();
    return Promise.all(runs.map(async (run) => ({ run: run.id, hindrance: await this.of(run, nowMs) })));
  }
}

/** Once may be anything; again is worth a person's look. */
function isRepeated(mishap: RunMishap | undefined): boolean {
  return mishap !== undefined && mishap.times > 1;
}
