import { z } from 'zod';
import { sha256Digest, sha256DigestOrNone } from './record-fields.ts';

/** epochs.json: for which roster there was a group key, and where in the run it began. */
export const epochRecord = z
  .strictObject({
    number: z.int().min(1),
    rosterHash: sha256Digest,
    start: z.strictObject({
      round: z.int().min(0),
      version: sha256Digest,
      parametersHash: sha256Digest,
      manifests: z.strictObject({ update: sha256DigestOrNone, statistics: sha256DigestOrNone }),
    }),
    custodian: z.string().describe('The member that made the group key.'),
    groupKeyHash: sha256DigestOrNone.describe('Empty when the run ended before there was a key.'),
  })
  .meta({ id: 'EvidenceEpoch', description: 'A roster and the one group key made for it.' });

export type EpochRecord = z.output<typeof epochRecord>;
