/** How much may come: so many a second for long, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** One bucket of tokens for each key, filled at a steady rate. Only buckets that are not full take room. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();
  #sweepAt = 1024;

  /** @param nowMs a clock that never goes back */
  constructor(rate: Rate, nowMs: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one token; false when there is none. */
  take(key: string): boolean {
    const atMs = this.#nowMs();
    const tokens = this.#tokens(key, atMs);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs });
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(atMs);
    return tokens >= 1;
  }

  #tokens(key: string, atMs: number): number {
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(key);
    return bucket ? Math.min(burst, bucket.tokens + ((atMs - bucket.atMs) / 1000) * perSecond) : burst;
  }

  /** A full bucket is as good as none. */
  #sweep(atMs: number): void {
    for (const key of this.#buckets.keys()) if (this.#tokens(key, atMs) >= this.#rate.burst) this.#buckets.delete(key);
    this.#sweepAt = Math.max(1024, 2 * this.#buckets.size);
  }
}
