import { z } from 'zod';
import { studyDetailResource, studyListResource, studyResource } from '../../shared/http-api/study-resource.ts';
import { checkPlan } from '../../shared/studies/checked-plan.ts';
import { planSummary, planSummarySchema } from '../../shared/studies/plan-summary.ts';
import type { RunContexts } from '../runs/run-context.ts';
import type { Studies } from '../studies/studies.ts';
import { studyView } from '../views/study-view.ts';
import { route, type Route } from './route.ts';

const byName = z.strictObject({ name: z.string() });

export function studyRoutes({ studies, contexts }: { studies: Studies; contexts: RunContexts }): Route[] {
  return [
    route({
      method: 'post',
      path: '/studies',
      roles: ['data-scientist'],
      summary: 'Submits a plan. The same bytes again change nothing.',
      body: 'plan',
      reply: { status: 201, schema: studyResource },
      handle: async ({ body, caller }) => {
        const { name } = await studies.submit(body, caller.name);
        return studyView(await studies.get(name));
      },
    }),
    route({
      method: 'post',
      path: '/studies/check',
      roles: ['data-scientist'],
      summary: 'Checks a plan and says what it means; keeps nothing.',
      body: 'plan',
      reply: { status: 200, schema: planSummarySchema },
      handle: async ({ body }) => (await checkPlan(body)).summary,
    }),
    route({
      method: 'get',
      path: '/studies',
      roles: ['viewer'],
      summary: 'All studies, oldest first.',
      reply: { status: 200, schema: studyListResource },
      handle: async () => ({ studies: (await studies.list()).map(studyView) }),
    }),
    route({
      method: 'get',
      path: '/studies/:name',
      roles: ['viewer'],
      summary: 'A study, and what its plan means.',
      params: byName,
      reply: { status: 200, schema: studyDetailResource },
      handle: async ({ params }) => {
        const { study, tensors } = await contexts.of(params.name);
        return { ...studyView(study), summary: planSummary(study.plan, tensors) };
      },
    }),
    route({
      method: 'get',
      path: '/studies/:name/plan',
      roles: ['viewer'],
      summary: 'The plan, byte for byte as it was submitted.',
      params: byName,
      reply: { status: 200, mediaType: 'application/json', description: 'Its SHA-256 is the plan hash.' },
      async *handle({ params }) {
        yield (await studies.get(params.name)).planJson;
      },
    }),
  ];
}
