import { z } from 'zod';
import { ed25519Signature, partName, purposeName, sha256Digest } from './record-fields.ts';

const decryptionAnswer = z.strictObject({
  sumDigests: z.strictObject({ update: sha256Digest.optional(), statistics: sha256Digest.optional() }).describe('Of the opened sums; the bytes are in sums/.'),
  version: sha256Digest.describe('Digest of the model version from which the run goes on.'),
  parametersHash: sha256Digest.describe("Hash of the run's parameters with which it goes on."),
  signature: ed25519Signature.describe('Over the canonical statement consilium/round-outcome/v1.'),
});

/** rounds.json: which contributions came in, and who opened the sums. What the sums are made of is in manifests.json. */
export const roundRecord = z
  .strictObject({
    id: z.string(),
    number: z.int().min(0).describe("Position in the run's schedule."),
    purpose: purposeName,
    state: z.enum(['PUBLISHED', 'ABANDONED']),
    reason: z.string().describe('Why it was abandoned; empty otherwise.'),
    attempt: z.int().min(1),
    epoch: z.int().min(1),
    baseVersion: sha256Digest,
    openedAtMs: z.int(),
    endedAtMs: z.int(),
    contributions: z.array(z.strictObject({ site: z.string(), part: partName, digest: sha256Digest, bytes: z.int().min(0), acceptedAtMs: z.int() })),
    decryptions: z.array(z.strictObject({ site: z.string(), askedAtMs: z.int(), returnSums: z.boolean(), answer: decryptionAnswer.nullable() })).describe('In the order in which sites were asked.'),
  })
  .meta({ id: 'EvidenceRound', description: 'One secure sum.' });

export type RoundRecord = z.output<typeof roundRecord>;
