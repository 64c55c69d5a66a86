import { setTimeout } from 'node:timers/promises';

/** Comments keep proxies from closing a connection on which nothing happens. */
const heartbeatMs = 15_000;

export interface EventSource<State extends object, Event extends { readonly event: string }> {
  /** Live events, from the first call of `next` on. */
  watch(signal: AbortSignal): AsyncGenerator<Event>;
  state(): Promise<State>;
  /** Whether a state, or an event, is the last; without them the stream goes on until it is closed. */
  endsAtState?(state: State): boolean;
  endsAtEvent?(event: Event): boolean;
}

/**
 * Live events as server-sent events (WHATWG HTML, section 9.2). The first is the present state, so that whoever connects
 * late or again has missed nothing.
 */
export async function* eventStream<State extends object, Event extends { readonly event: string }>(source: EventSource<State, Event>, signal: AbortSignal): AsyncGenerator<string> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const live = source.watch(either);
  let next = live.next(); // listens from here on, before the state is read
  try {
    const state = await source.state();
    yield message('state', state);
    if (source.endsAtState?.(state)) return;
    for (;;) {
      const result = await Promise.race([next, heartbeat(either)]);
      if (result === undefined) {
        yield ': heartbeat\n\n';
        continue;
      }
      if (result.done) return;
      yield message(result.value.event, result.value);
      if (source.endsAtEvent?.(result.value)) return;
      next = live.next();
    }
  } finally {
    stop.abort();
    await live.return(undefined);
  }
}

function message(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

async function heartbeat(signal: AbortSignal): Promise<undefined> {
  await setTimeout(heartbeatMs, undefined, { signal, ref: false }).catch(() => undefined);
}
