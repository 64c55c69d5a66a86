import { z } from 'zod';
import { siteNameSchema } from '../shared/enrolment/site-name.ts';
import { parseAddress, type Address } from '../shared/tls/address.ts';
import type { Proxy } from './link/proxy-tunnel.ts';
import { parseProxyUrl } from './link/proxy-url.ts';

export const dataSetNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use 1 to 63 lower-case letters, digits and hyphens');
const port = z.int().min(0).max(65_535);

/** The smallest limit on which a round of a small model still ends within its deadline. */
const bytesPerSecond = z.int().min(8192, 'must be at least 8192 bytes a second');

/** How the site gets to its coordinator. Nothing of it is read from the variables of a shell: the agent runs as a service, which has none. */
export const networkSettingsSchema = z.strictObject({
  proxy: z
    .strictObject({
      /** `http://host:port`, or `https://host:port` for a proxy that is itself spoken to over TLS. */
      url: z.string().transform((text, context): Pick<Proxy, 'address' | 'tls'> => {
        const proxy = parseProxyUrl(text);
        if (typeof proxy !== 'string') return proxy;
        context.addIssue({ code: 'custom', message: proxy });
        return z.NEVER;
      }),
      /** Holds `user:password` in one line; without it, CONSILIUM_PROXY_LOGIN of the agent's environment is used where it is set. */
      loginFile: z.string().min(1).optional(),
    })
    .optional(),
  /** A PEM file: authorities that may vouch for the proxy. The coordinator is known by the federation's own authority and by nothing else. */
  certificateAuthorities: z.string().min(1).optional(),
  /** The most that the agent takes of the hospital's line. */
  uploadBytesPerSecond: bytesPerSecond.optional(),
  downloadBytesPerSecond: bytesPerSecond.optional(),
  /** How often a silent connection is tried; shorter than the time after which a firewall forgets it. */
  keepAliveSeconds: z.int().min(1).max(300).default(20),
});

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
  network: networkSettingsSchema.prefault({}),
  /** What always stays free on the disk for the ledger, keys and decisions: rounds wait while there is less. */
  minimumFreeMiB: z.number().min(0).default(64),
  engine: z.enum(['auto', 'wasm', 'tfjs-node', 'cpu']).default('auto'),
  /** Seconds after which a training's state is kept on disk, again and again, so that a restart goes on from there. */
  checkpointSeconds: z.number().min(0).max(86_400).default(5),
  /** Port of the local console on 127.0.0.1; without it there is none, 0 takes any free port. */
  localConsolePort: port.optional(),
  /** Port for metrics and health on 127.0.0.1; without it there is none, 0 takes any free port. */
  operationsPort: port.optional(),
});

export type NetworkSettings = Readonly<z.output<typeof networkSettingsSchema>>;
export type SiteSettings = Readonly<z.output<typeof siteSettingsSchema>>;
