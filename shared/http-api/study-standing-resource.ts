import { z } from 'zod';

const memberDecision = z.object({
  site: z.string(),
  decision: z.enum(['approved', 'refused', 'withdrawn']).nullable().describe('null as long as the hospital has not decided.'),
  decidedBy: z.enum(['policy', 'person']).nullable(),
  code: z.string().describe('Why it was refused, a code of the error catalogue; empty otherwise.'),
  decidedAt: z.iso.datetime().nullable().describe("By the site's clock."),
  signature: z.base64().nullable().describe("The site's Ed25519 signature over its decision."),
});

export const studyStandingResource = z
  .object({
    study: z.string(),
    planHash: z.string(),
    rosterVersion: z.int(),
    rosterHash: z.string(),
    decisions: z.array(memberDecision).describe('One for each member of the newest roster, by name.'),
  })
  .meta({ id: 'StudyStanding', description: 'What the members of the newest roster say about exactly this plan and this roster.' });

/** Data of a server-sent event of a study; the event `state` carries a StudyStanding instead. */
export const studyEventSchema = z.looseObject({ study: z.string(), at: z.iso.datetime(), event: z.string() });

export type StudyStandingResource = z.output<typeof studyStandingResource>;
export type MemberDecision = StudyStandingResource['decisions'][number];
