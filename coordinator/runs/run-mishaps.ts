import { catalogue, type ErrorCode } from '../../shared/errors/catalogue.ts';

const firstWaitMs = 1_000;
const longestWaitMs = 300_000;

/** What the coordinator failed at in a run, and tries again because it may pass. */
export interface RunMishap {
  readonly code: ErrorCode;
  /** Of the catalogue: public. */
  readonly text: string;
  /** How often in a row. */
  readonly times: number;
  readonly sinceMs: number;
  readonly nextAtMs: number;
}

/** Mishaps of runs since the coordinator started. Waits grow to five minutes; jitter keeps runs that failed together apart. */
export class RunMishaps {
  readonly #byRun = new Map<string, RunMishap>();

  of(run: string): RunMishap | undefined {
    return this.#byRun.get(run);
  }

  /** @returns with when to try again */
  note(run: string, code: ErrorCode, nowMs: number): RunMishap {
    const before = this.#byRun.get(run);
    const times = (before?.times ?? 0) + 1;
    const ceilingMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (times - 1));
    const nextAtMs = nowMs + ceilingMs * (0.5 + Math.random() / 2);
    const mishap: RunMishap = { code, text: catalogue[code].text, times, sinceMs: before?.sinceMs ?? nowMs, nextAtMs };
    this.#byRun.set(run, mishap);
    return mishap;
  }

  /** The run was looked at without one. @returns whether there was one */
  clear(run: string): boolean {
    return this.#byRun.delete(run);
  }
}
