import { z } from 'zod';
import { auditEventResource, auditHeadResource } from '../http-api/audit-resource.ts';

/**
 * audit.json: every event of the coordinator's audit log from the run's start to its end, those of other runs between
 * them too, since without them the chain could not be computed anew.
 */
export const auditSlice = z.strictObject({
  events: z.array(auditEventResource),
  head: auditHeadResource.describe('Of the last of these events.'),
});

export type AuditSlice = z.output<typeof auditSlice>;
