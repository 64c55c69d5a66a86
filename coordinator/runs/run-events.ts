import { EventEmitter, on } from 'node:events';

/** Something that happened in a run, for people who watch: state changes and contributions, nothing derived from patients. */
export interface RunEvent {
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** Live events of all runs. What was missed is in the state; nothing depends on an event being seen. */
export class RunEvents {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  publish(event: RunEvent): void {
    this.#emitter.emit('event', event);
  }

  /** Calls the listener with every event of every run, until the subscription is disposed of. */
  listen(listener: (event: RunEvent) => void): Disposable {
    this.#emitter.on('event', listener);
    return { [Symbol.dispose]: () => this.#emitter.off('event', listener) };
  }

  async *watch(run: string, signal: AbortSignal): AsyncGenerator<RunEvent> {
    try {
      for await (const [event] of on(this.#emitter, 'event', { signal }) as AsyncIterable<[RunEvent]>) {
        if (event.run === run) yield event;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
