import { z } from 'zod';
import { ed25519Signature, sha256Digest, sha256DigestOrNone } from './record-fields.ts';

const epochStart = z.strictObject({
  round: z.int().min(0),
  version: sha256Digest,
  parametersHash: sha256Digest,
  manifests: z.strictObject({ update: sha256DigestOrNone, statistics: sha256DigestOrNone }),
});

const closing = z.strictObject({
  next: epochStart,
  nextRosterHash: sha256Digest,
  signatures: z.array(z.strictObject({ site: z.string(), signature: ed25519Signature.describe('Over the canonical statement consilium/epoch-closing/v1.') })),
});

/** epochs.json: for which roster there was a group key, where in the run it began, and how it ended. */
export const epochRecord = z
  .strictObject({
    number: z.int().min(1),
    rosterHash: sha256Digest,
    start: epochStart,
    custodian: z.string().describe('The member that made the group key.'),
    groupKeyHash: sha256DigestOrNone.describe('Empty when the run ended before there was a key.'),
    closing: closing.nullable().describe('How it ended, where another epoch of the run was to follow.'),
  })
  .meta({ id: 'EvidenceEpoch', description: 'A roster and the one group key made for it.' });

export type EpochRecord = z.output<typeof epochRecord>;
