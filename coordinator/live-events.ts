import { EventEmitter, on } from 'node:events';

/** Live events for people who watch. What was missed is in the state; nothing depends on an event being seen. */
export class LiveEvents<Subject extends string, Event extends Readonly<Record<Subject, string>>> {
  readonly #subject: Subject;
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  /** @param subject the field that says what an event is about */
  constructor(subject: Subject) {
    this.#subject = subject;
  }

  publish(event: Event): void {
    this.#emitter.emit('event', event);
  }

  /** Calls the listener with every event about anything, until the subscription is disposed of. */
  listen(listener: (event: Event) => void): Disposable {
    this.#emitter.on('event', listener);
    return { [Symbol.dispose]: () => this.#emitter.off('event', listener) };
  }

  /** Events about one thing, from the first call of `next` on. */
  async *watch(about: string, signal: AbortSignal): AsyncGenerator<Event> {
    try {
      for await (const [event] of on(this.#emitter, 'event', { signal }) as AsyncIterable<[Event]>) {
        if (event[this.#subject] === about) yield event;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
