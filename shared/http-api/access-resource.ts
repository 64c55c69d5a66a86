import { z } from 'zod';
import { roleSchema } from '../access/role.ts';

export const accessResource = z
  .object({
    id: z.string(),
    name: z.string().describe('Of the person or machine; the audit log knows them by it.'),
    roles: z.array(roleSchema),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().describe('To the minute.'),
  })
  .meta({ id: 'Access', description: 'Leave to use this API, for one person or machine.' });

export const accessListResource = z.object({ access: z.array(accessResource) }).meta({ id: 'AccessList' });

export const accessRequest = z
  .strictObject({
    name: z.string(),
    roles: z.array(roleSchema).min(1).describe('Only such as the caller has.'),
    validDays: z.number().gt(0).max(366).optional().describe('90 without it.'),
  })
  .meta({ id: 'AccessRequest' });

export const newAccessResource = z
  .object({ access: accessResource, token: z.string().describe('It is shown this once.') })
  .meta({ id: 'NewAccess' });

export type AccessResource = z.output<typeof accessResource>;
