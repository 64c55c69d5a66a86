import { z } from 'zod';
import { runParametersSchema } from '../studies/run-parameters.ts';
import { siteProgressResource } from './site-progress-resource.ts';
import { runWaitResource } from './run-wait-resource.ts';
import { evaluationResource } from './evaluation-resource.ts';

export const runStateSchema = z.enum(['KEYING', 'RUNNING', 'COMPLETED', 'STOPPED', 'FAILED']);

export const roundResource = z
  .object({
    number: z.int().min(0).describe("Position in the run's schedule, from 0."),
    purpose: z.enum(['normalisation', 'calibration', 'training', 'evaluation']),
    trainingRound: z.int().nullable().describe('Which training round it is, from 1; null for another purpose.'),
    state: z.enum(['PLANNED', 'OPEN', 'COLLECTING', 'CLOSING', 'AGGREGATED', 'DECRYPTING', 'VERIFIED', 'PUBLISHED', 'ABANDONED']),
    reason: z.string().describe('Why it was abandoned; empty otherwise.'),
    openedAt: z.iso.datetime(),
    deadlineAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    seconds: z.number().describe('From opening to end, or until now.'),
    contributors: z.array(z.string()).describe('Sites whose contribution is in, whole.'),
    missing: z.array(z.string()).describe('Members that have neither contributed nor declined.'),
    late: z.array(z.string()).describe('Those of them whose contribution came after the round had closed; it was refused.'),
    declined: z.array(z.object({ site: z.string(), code: z.string() })),
    progress: z.array(siteProgressResource).describe('How far those are that have not contributed, while the round is open.'),
    baseVersion: z.string().describe('Digest of the model version that sites trained on and evaluated.'),
    evaluation: evaluationResource.nullable().describe('Of the base version.'),
    bytesUp: z.int(),
    bytesDown: z.int(),
  })
  .meta({ id: 'Round', description: 'One secure sum, from offer to result.' });

export const runResource = z
  .object({
    id: z.string(),
    study: z.string(),
    state: runStateSchema,
    reason: z.string().describe('Why it stopped or failed; empty otherwise.'),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    waiting: runWaitResource.nullable().describe('What keeps it from going on; null when it goes on, or has ended.'),
    sites: z.array(z.string()).describe('Members of the roster.'),
    scheduledRounds: z.int(),
    publishedRounds: z.int(),
    modelVersion: z.string().describe('Digest of the last version.'),
    evaluation: evaluationResource.nullable().describe('Of the last version that was evaluated.'),
  })
  .meta({ id: 'Run', description: "One execution of a study's plan." });

export const runListResource = z.object({ runs: z.array(runResource) }).meta({ id: 'RunList' });

export const runDetailResource = runResource
  .extend({
    parameters: runParametersSchema.describe('Results of statistics rounds: pooled normalisation and clipping ranges.'),
    rounds: z.array(roundResource),
  })
  .meta({ id: 'RunDetail', description: 'A run with all its rounds.' });

export const runStartRequest = z
  .strictObject({
    study: z.string().min(1),
    seed: z.int().min(0).optional().describe('Makes the initial weights repeatable, for benchmarks; never use it twice on real data.'),
  })
  .meta({ id: 'RunStart' });

/** Data of a server-sent event; the event `state` carries a RunDetail instead. */
export const runEventSchema = z.looseObject({ run: z.string(), at: z.iso.datetime(), event: z.string() });

export type RunResource = z.output<typeof runResource>;
export type RunDetailResource = z.output<typeof runDetailResource>;
export type RoundResource = z.output<typeof roundResource>;
export type RunEventData = z.output<typeof runEventSchema>;
