import { z } from 'zod';
import { runParametersSchema } from '../studies/run-parameters.ts';
import { ed25519Key, sha256Digest } from './record-fields.ts';

/** run.json: what was run, for whom, and how it ended. */
export const runRecord = z
  .strictObject({
    federation: z.strictObject({
      id: z.uuid(),
      name: z.string(),
      signingKey: ed25519Key.describe("The coordinator's: what the sites of the federation pinned when they joined."),
    }),
    run: z.string(),
    study: z.string(),
    planHash: sha256Digest.describe("Of plan.json's bytes."),
    state: z.enum(['COMPLETED', 'STOPPED', 'FAILED']),
    reason: z.string().describe('Why it stopped or failed; empty otherwise.'),
    startedAtMs: z.int(),
    endedAtMs: z.int(),
    parameters: runParametersSchema.describe('Results of the statistics rounds.'),
  })
  .meta({ id: 'EvidenceRun', description: 'A run that has ended.' });

export type RunRecord = z.output<typeof runRecord>;
