import { z } from 'zod';
import { siteActivities } from '../studies/site-activity.ts';

export const siteProgressResource = z
  .object({
    site: z.string(),
    activity: z.enum(siteActivities),
    at: z.iso.datetime().describe('When it was told.'),
    step: z.int().nullable().describe('Training steps that are done; null unless it trains and the plan counts local steps.'),
    steps: z.int().nullable(),
    percent: z.int().nullable().describe('Of the training, in quarters; null unless it trains and the plan counts local epochs.'),
    upload: z
      .object({ part: z.enum(['update', 'statistics']), bytes: z.int(), totalBytes: z.int() })
      .nullable()
      .describe('What the coordinator has of the part that is being sent.'),
    code: z.string().nullable().describe('Why it tries again: a code of the error catalogue.'),
  })
  .meta({ id: 'SiteProgress', description: 'What a site is at in a round.' });

export type SiteProgressResource = z.output<typeof siteProgressResource>;
