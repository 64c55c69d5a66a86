import { z } from 'zod';
import { ed25519Signature, sha256Digest } from './record-fields.ts';

/** decisions.json: what each member site said about the plan and the rosters, in its order, under its own signature. */
export const decisionRecord = z
  .strictObject({
    site: z.string(),
    planHash: sha256Digest,
    rosterHash: sha256Digest,
    decision: z.enum(['approved', 'refused', 'withdrawn']),
    decidedBy: z.enum(['policy', 'person']),
    code: z.string(),
    decidedAtMs: z.int(),
    signature: ed25519Signature.describe('Over the canonical statement consilium/study-decision/v1.'),
  })
  .meta({ id: 'EvidenceDecision', description: "A member's decision about a roster." });

export type DecisionRecord = z.output<typeof decisionRecord>;
