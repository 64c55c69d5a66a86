import { z } from 'zod';
import { accessListResource, accessRequest, accessResource, newAccessResource } from '../../shared/http-api/access-resource.ts';
import type { Access } from '../access/access.ts';
import { accessView } from '../views/access-view.ts';
import { route, type Route } from './route.ts';

const dayMs = 86_400_000;

export function accessRoutes(access: Access): Route[] {
  return [
    route({
      method: 'get',
      path: '/access',
      roles: ['operator', 'auditor'],
      summary: 'Who has access by a token of the coordinator, and who had; oldest first.',
      reply: { status: 200, schema: accessListResource },
      handle: async () => ({ access: (await access.list()).map(accessView) }),
    }),
    route({
      method: 'post',
      path: '/access',
      roles: ['operator'],
      summary: 'Gives a person or machine access, with roles that the caller has too.',
      body: accessRequest,
      reply: { status: 201, schema: newAccessResource },
      handle: async ({ body: { name, roles, validDays }, caller }) => {
        const { grant, token } = await access.grant({ name, roles, validityMs: validDays === undefined ? undefined : validDays * dayMs }, caller);
        return { access: accessView(grant), token };
      },
    }),
    route({
      method: 'post',
      path: '/access/:id/revocation',
      roles: ['operator'],
      summary: 'Ends an access at once. Ending it again changes nothing.',
      params: z.strictObject({ id: z.string() }),
      reply: { status: 200, schema: accessResource },
      handle: async ({ params, caller }) => accessView(await access.revoke(params.id, caller.name)),
    }),
  ];
}
