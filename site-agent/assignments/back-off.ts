import { setTimeout } from 'node:timers/promises';
import { asConsiliumError, type ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { storageFailure } from '../../shared/errors/storage-failure.ts';

const firstDelayMs = 250;
/** A coordinator that comes back is soon found. */
const longestDelayMs = 30_000;
/** What fails for another reason, again and again, needs a person, and is not worth the work. */
const longestRetryMs = 300_000;

/** Waits longer after each failure, with full jitter, so that many sites do not come back at the same moment. */
export class BackOff {
  #failures = 0;

  reset(): void {
    this.#failures = 0;
  }

  async wait(signal: AbortSignal, longestMs = longestDelayMs): Promise<void> {
    const ceiling = Math.min(longestMs, firstDelayMs * 2 ** this.#failures++);
    await setTimeout(Math.random() * ceiling, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Does the work, again and again while it fails in a way that may pass.
 * @throws the first error that is not retryable, and the last one once the signal is aborted
 */
export async function retrying<Result>(work: () => Promise<Result>, signal: AbortSignal, onRetry: (error: ConsiliumError) => void): Promise<Result> {
  const backOff = new BackOff();
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      const error = storageFailure(thrown) ?? asConsiliumError(thrown);
      // The coordinator says `cancelled` when a connection broke on its side; only our own signal means stop.
      const mayPass = error.entry.retryable || error.code === 'cancelled';
      if (!mayPass || signal.aborted) throw error;
      onRetry(error);
      await backOff.wait(signal, unreached.has(error.code) ? longestDelayMs : longestRetryMs);
    }
  }
}

/** The coordinator was not there, or a connection to it broke. */
const unreached: ReadonlySet<string> = new Set(['coordinator-unreachable', 'cancelled']);
