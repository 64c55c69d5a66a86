import { systemClock, type Clock } from '../clock.ts';
import type { OutputStream } from './command-io.ts';

const clearLine = '\r\x1b[2K';
const plainEveryMs = 2000;

/**
 * Tells a waiting person how far something is. On a terminal one line is rewritten; elsewhere lines are
 * written, at most one every two seconds. The end is always told.
 */
export class Progress implements Disposable {
  readonly #stream: OutputStream;
  readonly #clock: Clock;
  #lastPlainMs = -Infinity;
  #open = false;

  constructor(stream: OutputStream, clock: Clock = systemClock) {
    this.#stream = stream;
    this.#clock = clock;
  }

  update(text: string): void {
    if (this.#stream.isTTY) {
      this.#stream.write(clearLine + text.slice(0, (this.#stream.columns ?? 80) - 1));
      this.#open = true;
      return;
    }
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lastPlainMs < plainEveryMs) return;
    this.#lastPlainMs = nowMs;
    this.#stream.write(`${text}\n`);
  }

  /** Takes the line away, so that another stream can write to the same terminal. */
  clear(): void {
    if (this.#open) this.#stream.write(clearLine);
    this.#open = false;
  }

  /** The last word, which stays. */
  end(text: string): void {
    this.#stream.write(`${this.#stream.isTTY ? clearLine : ''}${text}\n`);
    this.#open = false;
  }

  /** Leaves the terminal at the beginning of a line, also after an error. */
  [Symbol.dispose](): void {
    if (this.#open) this.#stream.write('\n');
    this.#open = false;
  }
}
