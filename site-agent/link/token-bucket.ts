import type { Clock } from '../../shared/clock.ts';

/** How long one may save up: what may go at once after a silence. */
const burstSeconds = 0.25;

/**
 * Bytes as money: one direction of a site's connection earns so many a second, and may go into debt by what it has
 * spent last. Over any T seconds at most `bytesPerSecond x (T + 0.25)` bytes are spent, and the last piece.
 */
export class TokenBucket {
  readonly bytesPerSecond: number;
  readonly #clock: Clock;
  #saved: number;
  #countedAtMs: number;

  constructor(bytesPerSecond: number, clock: Clock) {
    this.bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
    this.#saved = this.burstBytes;
    this.#countedAtMs = clock.nowMs();
  }

  get burstBytes(): number {
    return this.bytesPerSecond * burstSeconds;
  }

  /** Call it only after the wait that the call before asked for. @returns milliseconds to wait before the next piece */
  spend(bytes: number): number {
    const nowMs = this.#clock.nowMs();
    const earned = (Math.max(0, nowMs - this.#countedAtMs) / 1000) * this.bytesPerSecond; // a clock that is set back earns nothing
    this.#countedAtMs = nowMs;
    this.#saved = Math.min(this.burstBytes, this.#saved + earned) - bytes;
    return this.#saved >= 0 ? 0 : Math.ceil((-this.#saved / this.bytesPerSecond) * 1000);
  }
}
