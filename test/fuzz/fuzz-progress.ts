import { setTimeout } from 'node:timers/promises';
import type { FuzzedCoordinator } from './fuzzed-coordinator.ts';

/** @param report.rss resident memory of the coordinator in bytes */
export type OnProgress = (report: { sent: number; perSecond: number; rss: number }) => void;

/** How a coordinator is while it is attacked. */
export class FuzzProgress {
  readonly #startedMs = performance.now();
  readonly #rss: number[] = [];
  readonly #delaysMs: number[] = [];
  #endedMs = 0;
  #heapEarly = 0;

  async follow(coordinator: Pick<FuzzedCoordinator, 'vitals'>, everyMs: number, sent: () => number, messages: number, signal: AbortSignal, onProgress: OnProgress | undefined): Promise<void> {
    while (!signal.aborted) {
      const isEarly = this.#heapEarly === 0 && sent() >= messages / 10;
      const { rss, heapUsed, delayP99Ms } = await coordinator.vitals(isEarly);
      if (isEarly) this.#heapEarly = heapUsed;
      this.#rss.push(rss);
      this.#delaysMs.push(delayP99Ms);
      onProgress?.({ sent: sent(), perSecond: sent() / this.#seconds(performance.now()), rss });
      await setTimeout(everyMs, undefined, { signal }).catch(() => undefined);
    }
    this.#endedMs = performance.now();
  }

  /** Sizes in bytes. */
  summary(): { heapEarly: number; seconds: number; rssEarly: number; rssLate: number; rssMax: number; delayP99Ms: number } {
    const tenth = Math.max(1, Math.floor(this.#rss.length / 10));
    return {
      heapEarly: this.#heapEarly,
      seconds: this.#seconds(this.#endedMs),
      rssEarly: median(this.#rss.slice(tenth, 2 * tenth)),
      rssLate: median(this.#rss.slice(-tenth)),
      rssMax: Math.max(...this.#rss),
      delayP99Ms: this.#delaysMs.toSorted((a, b) => a - b)[Math.floor(0.99 * this.#delaysMs.length)] ?? 0,
    };
  }

  #seconds(nowMs: number): number {
    return (nowMs - this.#startedMs) / 1000;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
