import { z } from 'zod';
import { evaluationResource } from '../http-api/evaluation-resource.ts';
import { sha256Digest, sha256DigestOrNone } from './record-fields.ts';

/** model-versions.json: every version with its lineage; the weights are in weights/. */
export const modelVersionRecord = z
  .strictObject({
    digest: sha256Digest.describe('Of the canonical statement consilium/model-version/v1, which names everything up to the optimiser state.'),
    run: z.string(),
    planHash: sha256Digest,
    number: z.int().min(0),
    parent: sha256DigestOrNone,
    round: z.string(),
    contributions: z.array(z.strictObject({ site: z.string(), digest: sha256Digest })),
    sumDigest: sha256DigestOrNone,
    weightsDigest: sha256Digest,
    optimiserStateDigest: sha256DigestOrNone,
    createdAtMs: z.int(),
    evaluation: evaluationResource.nullable().describe('From the round that had the version as its base.'),
  })
  .meta({ id: 'EvidenceModelVersion', description: 'An immutable set of weights and where it comes from.' });

export type ModelVersionRecord = z.output<typeof modelVersionRecord>;
