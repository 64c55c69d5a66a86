import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { rosterListResource, rosterMaxBytes, rosterRecordResource } from '../../shared/http-api/roster-resource.ts';
import { studyStandingResource } from '../../shared/http-api/study-standing-resource.ts';
import { signedRosterFromJson, signedRosterJsonSchema } from '../../shared/statements/roster-json.ts';
import type { Rosters } from '../rosters/rosters.ts';
import type { StudyDecisions } from '../rosters/study-decisions.ts';
import type { StudyEvents } from '../rosters/study-events.ts';
import { rosterView } from '../views/roster-view.ts';
import { studyStandingView } from '../views/study-standing-view.ts';
import { eventStream } from './event-stream.ts';
import { route, type Route } from './route.ts';

const byName = z.strictObject({ name: z.string() });

export interface RosterRouteParts {
  readonly rosters: Rosters;
  readonly decisions: StudyDecisions;
  readonly studyEvents: StudyEvents;
}

export function rosterRoutes({ rosters, decisions, studyEvents }: RosterRouteParts): Route[] {
  const standing = async (study: string) => studyStandingView(await decisions.standing(study));
  return [
    route({
      method: 'post',
      path: '/studies/:name/rosters',
      roles: ['data-scientist'],
      summary: "Submits the next version of a study's signed roster. The newest one again changes nothing.",
      params: byName,
      body: signedRosterJsonSchema,
      bodyMaxBytes: rosterMaxBytes,
      reply: { status: 201, schema: rosterRecordResource },
      handle: async ({ params, body, caller }) => {
        if (body.study !== params.name) throw new ConsiliumError('roster-invalid', '', { problems: [{ path: 'study', message: `is not ${params.name}` }] });
        return rosterView(await rosters.submit(signedRosterFromJson(body), caller.name));
      },
    }),
    route({
      method: 'get',
      path: '/studies/:name/rosters',
      roles: ['viewer'],
      summary: "All versions of a study's roster, oldest first.",
      params: byName,
      reply: { status: 200, schema: rosterListResource },
      handle: async ({ params }) => ({ rosters: (await rosters.list(params.name)).map(rosterView) }),
    }),
    route({
      method: 'get',
      path: '/studies/:name/decisions',
      roles: ['viewer'],
      summary: 'What each member of the newest roster decided about it.',
      params: byName,
      reply: { status: 200, schema: studyStandingResource },
      handle: async ({ params }) => standing(params.name),
    }),
    route({
      method: 'get',
      path: '/studies/:name/events',
      roles: ['viewer'],
      summary: "Rosters and decisions of a study as they come: first the event `state` with the members' decisions as they are, then every event.",
      params: byName,
      reply: { status: 200, mediaType: 'text/event-stream', description: 'Server-sent events; the data are JSON.' },
      handle: ({ params, signal }) => eventStream({ watch: (until) => studyEvents.watch(params.name, until), state: () => standing(params.name) }, signal),
    }),
  ];
}
