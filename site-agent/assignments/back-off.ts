import { setTimeout } from 'node:timers/promises';
import { asConsiliumError, type ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { storageFailure } from '../../shared/errors/storage-failure.ts';

/** What fails for another reason than a coordinator that cannot be reached, again and again, needs a person, and is not worth the work. */
const longestRetryMs = 300_000;

/** The waits are drawn below a ceiling that begins with `firstMs` and doubles up to `longestMs`. */
export interface BackOffLimits {
  readonly firstMs: number;
  readonly longestMs: number;
}

const workLimits: BackOffLimits = { firstMs: 250, longestMs: 30_000 };

/** A coordinator that goes down loses all its sites at once. Of a hundred, about half come back within the same second when it is back at once, and a tenth after half a minute. */
export const reconnectionLimits: BackOffLimits = { firstMs: 2000, longestMs: 30_000 };

/** Waits longer after each failure, with full jitter, so that many sites do not come back at the same moment. */
export class BackOff {
  readonly #limits: BackOffLimits;
  readonly #random: () => number;
  #failures = 0;

  /** @param random a number from 0 up to 1 */
  constructor(limits = workLimits, random = Math.random) {
    this.#limits = limits;
    this.#random = random;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** What was gained held this long. One that ends sooner than the longest wait may be one of many that end like that: its failures are not forgotten. */
  heldFor(timeMs: number): void {
    if (timeMs >= this.#limits.longestMs) this.reset();
  }

  nextDelayMs(longestMs = this.#limits.longestMs): number {
    return this.#random() * Math.min(longestMs, this.#limits.firstMs * 2 ** this.#failures++);
  }

  /** @param longestMs another ceiling than the usual one */
  async wait(signal: AbortSignal, longestMs?: number): Promise<void> {
    await setTimeout(this.nextDelayMs(longestMs), undefined, { signal }).catch(() => undefined);
  }
}

/** Whether work that failed like this is worth another try. The coordinator says `cancelled` when a connection broke on its side; only our own signal means stop. */
export function mayPass({ code, entry }: ConsiliumError): boolean {
  return entry.retryable || code === 'cancelled';
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
      if (!mayPass(error) || signal.aborted) throw error;
      onRetry(error);
      await backOff.wait(signal, unreached.has(error.code) ? undefined : longestRetryMs);
    }
  }
}

/** The coordinator was not there, or a connection to it broke. */
const unreached: ReadonlySet<string> = new Set(['coordinator-unreachable', 'cancelled']);
