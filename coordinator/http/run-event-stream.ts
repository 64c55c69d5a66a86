import { setTimeout } from 'node:timers/promises';
import type { RunDetailResource } from '../../shared/http-api/run-resource.ts';
import type { RunEvents } from '../runs/run-events.ts';
import { runStates } from '../runs/run.ts';

/** Comments keep proxies from closing a connection on which nothing happens. */
const heartbeatMs = 15_000;

/**
 * A run's live events as server-sent events (WHATWG HTML, section 9.2). The first is the present state, so that whoever
 * connects late or again has missed nothing; the stream ends with the run.
 */
export async function* runEventStream(events: RunEvents, run: string, view: () => Promise<RunDetailResource>, signal: AbortSignal): AsyncGenerator<string> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const live = events.watch(run, either);
  let next = live.next(); // listens from here on, before the state is read
  try {
    const state = await view();
    yield message('state', state);
    if (runStates[state.state].ended) return;
    for (;;) {
      const result = await Promise.race([next, heartbeat(either)]);
      if (result === undefined) {
        yield ': heartbeat\n\n';
        continue;
      }
      if (result.done) return;
      yield message(result.value.event, result.value);
      if (endingEvents.has(result.value.event)) return;
      next = live.next();
    }
  } finally {
    stop.abort();
    await live.return(undefined);
  }
}

const endingEvents: ReadonlySet<string> = new Set(['run-completed', 'run-stopped', 'run-failed']);

function message(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

async function heartbeat(signal: AbortSignal): Promise<undefined> {
  await setTimeout(heartbeatMs, undefined, { signal, ref: false }).catch(() => undefined);
}
