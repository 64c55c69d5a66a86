import { z } from 'zod';
import { evaluationResource } from './evaluation-resource.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

export const modelVersionResource = z
  .object({
    digest: digest.describe('Covers the whole lineage.'),
    run: z.string(),
    number: z.int().min(0).describe('0 for the initial weights, then one more for each training round.'),
    parent: z.string().describe('Digest of the version before; empty for the first.'),
    round: z.string().describe('Id of the round that made it; empty for the first.'),
    planHash: digest,
    contributions: z.array(z.object({ site: z.string(), digest })).readonly(),
    sumDigest: z.string(),
    weightsDigest: digest.describe('SHA-256 of the weights as little-endian float32.'),
    optimiserStateDigest: z.string(),
    signatures: z.array(z.object({ site: z.string(), signature: z.base64() })).readonly().describe("The decryptors' Ed25519 signatures over the round's result."),
    createdAt: z.iso.datetime(),
    evaluation: evaluationResource.nullable(),
  })
  .meta({ id: 'ModelVersion', description: 'An immutable set of weights and where it comes from.' });

export const modelVersionListResource = z.object({ models: z.array(modelVersionResource) }).meta({ id: 'ModelVersionList' });

export type ModelVersionResource = z.output<typeof modelVersionResource>;
