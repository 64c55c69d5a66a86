import { EventEmitter, once } from 'node:events';

/** Sites whose watch stream is open. Waking a site makes it look for new work; a site that is not connected looks when it is. */
export class ConnectedSites implements Disposable {
  readonly #closing = new AbortController();
  readonly #wakeUps = new EventEmitter().setMaxListeners(0);
  readonly #streams = new Map<string, number>();

  get names(): string[] {
    return [...this.#streams.keys()];
  }

  wakeAll(): void {
    this.#wakeUps.emit('wake');
  }

  /** Yields at once, and again after wake-ups, once for all that came meanwhile, until the stream ends. */
  async *wakeUps(site: string, signal: AbortSignal): AsyncGenerator<void> {
    this.#streams.set(site, (this.#streams.get(site) ?? 0) + 1);
    const either = AbortSignal.any([signal, this.#closing.signal]);
    let woken = false;
    const note = () => void (woken = true);
    this.#wakeUps.on('wake', note);
    try {
      while (!either.aborted) {
        woken = false;
        yield;
        if (!woken) await once(this.#wakeUps, 'wake', { signal: either });
      }
    } catch (error) {
      if (!either.aborted) throw error;
    } finally {
      this.#wakeUps.off('wake', note);
      const left = (this.#streams.get(site) ?? 1) - 1;
      if (left === 0) this.#streams.delete(site);
      else this.#streams.set(site, left);
    }
  }

  /** Ends all streams, so that a coordinator that stops need not wait for them. */
  [Symbol.dispose](): void {
    this.#closing.abort();
  }
}
