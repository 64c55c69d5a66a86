import { z } from 'zod';

/** How a site is called in plans, logs and metrics. */
export const siteNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use 1 to 63 lower-case letters, digits and hyphens');
