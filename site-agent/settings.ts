import { z } from 'zod';
import { siteNameSchema } from '../shared/enrolment/site-name.ts';
import { parseAddress, type Address } from '../shared/tls/address.ts';

export const dataSetNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use 1 to 63 lower-case letters, digits and hyphens');
const port = z.int().min(0).max(65_535);

/** `site.json`: written by join, then owned by the hospital. */
export const siteSettingsSchema = z.strictObject({
  /** `host:port` of the coordinator. */
  coordinator: z.string().transform((text, context): Address => {
    const address = parseAddress(text);
    if (address) return address;
    context.addIssue({ code: 'custom', message: 'is not an address host:port' });
    return z.NEVER;
  }),
  federation: z.strictObject({ id: z.uuid(), name: z.string().min(1) }),
  /** The name under which the site is enrolled. */
  site: siteNameSchema,
  /** Data sets by the name that studies use; a relative path starts at the site's folder. */
  dataSets: z.record(dataSetNameSchema, z.strictObject({ path: z.string().min(1) })).default({}),
  engine: z.enum(['auto', 'wasm', 'tfjs-node', 'cpu']).default('auto'),
  /** Seconds after which a training's state is kept on disk, again and again, so that a restart goes on from there. */
  checkpointSeconds: z.number().min(0).max(86_400).default(5),
  /** Port of the local console on 127.0.0.1; without it there is none, 0 takes any free port. */
  localConsolePort: port.optional(),
  /** Port for metrics and health on 127.0.0.1; without it there is none, 0 takes any free port. */
  operationsPort: port.optional(),
});

export type SiteSettings = Readonly<z.output<typeof siteSettingsSchema>>;
