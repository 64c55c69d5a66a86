import { z } from 'zod';
import { planSummarySchema } from '../studies/plan-summary.ts';

export const studyResource = z
  .object({
    name: z.string(),
    title: z.string(),
    purpose: z.string(),
    planHash: z.string().describe("SHA-256 of the plan's bytes, hexadecimal: what sites approve."),
    submittedAt: z.iso.datetime(),
  })
  .meta({ id: 'Study', description: 'A submitted plan; it never changes.' });

export const studyListResource = z.object({ studies: z.array(studyResource) }).meta({ id: 'StudyList' });

export const studyDetailResource = studyResource
  .extend({ summary: planSummarySchema })
  .meta({ id: 'StudyDetail', description: 'A study with what its plan means.' });

/** Largest plan that is taken: it travels to the sites within one gRPC message, of 2 MiB at most. */
export const planMaxBytes = 2 ** 20;
