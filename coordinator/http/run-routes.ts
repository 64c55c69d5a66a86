import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { roundResource, runDetailResource, runListResource, runResource, runStartRequest } from '../../shared/http-api/run-resource.ts';
import type { RunEvents } from '../runs/run-events.ts';
import { runStates } from '../runs/run.ts';
import type { Runs } from '../runs/runs.ts';
import { roundViews } from '../views/round-view.ts';
import type { RunSources } from '../views/run-sources.ts';
import { runDetailView, runView } from '../views/run-view.ts';
import { eventStream } from './event-stream.ts';
import { route, type Route } from './route.ts';
import { roundIdOf } from '../../shared/studies/round-number.ts';

const endingEvents: ReadonlySet<string> = new Set(['run-completed', 'run-stopped', 'run-failed']);

const byId = z.strictObject({ id: z.string() });

export interface RunRouteParts {
  readonly runs: Runs;
  readonly sources: RunSources;
  readonly events: RunEvents;
  readonly clock: Clock;
}

export function runRoutes({ runs, sources, events, clock }: RunRouteParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/runs',
      roles: ['data-scientist'],
      summary: 'Starts a run of a study over its newest roster, once every member has approved.',
      body: runStartRequest,
      reply: { status: 201, schema: runResource },
      handle: async ({ body, caller }) => runView(sources, await runs.start(body.study, caller.name, body.seed), clock.nowMs()),
    }),
    route({
      method: 'get',
      path: '/runs',
      roles: ['viewer'],
      summary: 'All runs, oldest first.',
      query: z.strictObject({ study: z.string().optional() }),
      reply: { status: 200, schema: runListResource },
      handle: async ({ query }) => ({ runs: await Promise.all((await runs.list(query.study)).map((run) => runView(sources, run, clock.nowMs()))) }),
    }),
    route({
      method: 'get',
      path: '/runs/:id',
      roles: ['viewer'],
      summary: 'A run with all its rounds.',
      params: byId,
      reply: { status: 200, schema: runDetailResource },
      handle: async ({ params }) => runDetailView(sources, await runs.get(params.id), clock.nowMs()),
    }),
    route({
      method: 'post',
      path: '/runs/:id/stop',
      roles: ['data-scientist'],
      summary: 'Stops a run for good; what is published stays.',
      params: byId,
      reply: { status: 200, schema: runResource },
      handle: async ({ params, caller }) => runView(sources, await runs.stop(params.id, caller.name), clock.nowMs()),
    }),
    route({
      method: 'get',
      path: '/runs/:id/events',
      roles: ['viewer'],
      summary: 'What happens in a run, as it happens: first the event `state` with the run as it is, then every event until the run ends.',
      params: byId,
      reply: { status: 200, mediaType: 'text/event-stream', description: 'Server-sent events; the data are JSON.' },
      handle: ({ params, signal }) =>
        eventStream(
          {
            watch: (until) => events.watch(params.id, until),
            state: async () => runDetailView(sources, await runs.get(params.id), clock.nowMs()),
            endsAtState: ({ state }) => runStates[state].ended,
            endsAtEvent: ({ event }) => endingEvents.has(event),
          },
          signal,
        ),
    }),
    route({
      method: 'get',
      path: '/runs/:id/rounds/:number',
      roles: ['viewer'],
      summary: 'One round of a run.',
      params: byId.extend({ number: z.string().regex(/^\d{1,6}$/, 'is not the number of a round') }),
      reply: { status: 200, schema: roundResource },
      handle: async ({ params }) => {
        const run = await runs.get(params.id);
        const round = await sources.read.rounds.find(roundIdOf(run.id, Number(params.number)));
        const [view] = round ? await roundViews(sources, run, [round], clock.nowMs()) : [];
        if (!view) throw new ConsiliumError('not-found', `The run ${run.id} has no round ${params.number}.`);
        return view;
      },
    }),
  ];
}
