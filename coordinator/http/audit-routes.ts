import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { auditEventListResource, auditHeadResource, auditHeadToResource, auditPageMaxCount } from '../../shared/http-api/audit-resource.ts';
import { signAuditHead } from '../../shared/statements/audit-head.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { route, type Route } from './route.ts';

const wholeNumber = z.string().regex(/^\d{1,15}$/, 'is not a whole number').transform(Number);

const auditQuery = z.strictObject({
  after: wholeNumber.optional().describe('The events that follow the one with this sequence number; without it, the newest.'),
  limit: wholeNumber.pipe(z.int().min(1).max(auditPageMaxCount)).default(100),
  since: z.iso.datetime({ offset: true }).optional(),
  actor: z.string().optional(),
  action: z.string().optional(),
  subject: z.string().optional().describe('With what belongs to it: of a run its rounds too.'),
});

export interface AuditRouteParts {
  readonly audit: Pick<AuditLog, 'find' | 'head'>;
  readonly federation: { readonly id: string };
  readonly signingKey: KeyObject;
  readonly clock: Clock;
}

export function auditRoutes({ audit, federation, signingKey, clock }: AuditRouteParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/audit',
      roles: ['auditor'],
      summary: 'Events of the audit log, oldest first.',
      query: auditQuery,
      reply: { status: 200, schema: auditEventListResource },
      handle: async ({ query: { since, ...query } }) => ({ events: await audit.find({ ...query, sinceMs: since === undefined ? undefined : Date.parse(since) }) }),
    }),
    route({
      method: 'get',
      path: '/audit/head',
      roles: ['auditor'],
      summary: 'The last event of the audit log, signed by the coordinator.',
      reply: { status: 200, schema: auditHeadResource },
      handle: async () => auditHeadToResource(signAuditHead(await audit.head(), federation.id, clock.nowMs(), signingKey)),
    }),
  ];
}
