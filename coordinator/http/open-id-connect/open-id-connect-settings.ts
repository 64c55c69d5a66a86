import { join } from 'node:path';
import { z } from 'zod';
import { roleSchema } from '../../../shared/access/role.ts';
import { readIfThere } from '../../../shared/files/durable-file.ts';
import { openIdConnectLoginSchema } from '../../../shared/http-api/open-id-connect-login.ts';
import { parseSettings } from '../../../shared/settings/parse-settings.ts';

const settingsFile = 'open-id-connect.json';

/** How the coordinator takes the word of an organisation's login for who somebody is and what they may do. */
const settingsSchema = openIdConnectLoginSchema
  .extend({
    /** What `aud` of an access token for this coordinator holds. */
    audience: z.string().min(1),
    /** The claim whose values are mapped to roles; a list of names leads to a nested one: `["realm_access", "roles"]`. */
    rolesClaim: z.union([z.string().min(1).transform((name) => [name]), z.array(z.string().min(1)).min(1)]),
    /** Value of that claim to roles. Whoever has no value that stands here has no access. */
    roles: z.record(z.string(), z.array(roleSchema).min(1)).refine((mapping) => Object.keys(mapping).length > 0, 'maps no value to a role, so nobody would have access'),
    /** The claim under which the audit log knows people: one that the organisation gives to nobody else. */
    nameClaim: z.string().min(1).default('sub'),
  })
  .refine(({ audience, clientId }) => audience !== clientId, { path: ['audience'], message: 'is the client itself: tokens that only say who somebody is would give access' });

export type OpenIdConnectSettings = Readonly<z.output<typeof settingsSchema>>;

/** The settings in the coordinator's folder, or nothing where an organisation has no such login. @throws ConsiliumError `invalid-settings` */
export async function readOpenIdConnectSettings(folder: string): Promise<OpenIdConnectSettings | undefined> {
  const text = await readIfThere(join(folder, settingsFile));
  return text && parseSettings(settingsSchema, settingsFile, text.toString('utf8'));
}
