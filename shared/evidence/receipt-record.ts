import { z } from 'zod';
import type { LedgerReceipt } from '../statements/ledger-receipt.ts';
import { departureName, ed25519Signature, sha256Digest } from './record-fields.ts';

/** receipts.json: what the coordinator answered to each contribution that it accepted, and to each report of opened sums. */
export const receiptRecord = z
  .strictObject({
    round: z.string(),
    site: z.string(),
    what: departureName,
    sequence: z.int().min(1).describe("Of the line of the site's ledger under which it left."),
    hash: sha256Digest.describe('Of that line.'),
    receivedAtMs: z.int(),
    auditSequence: z.int().min(1).describe("Head of the coordinator's audit log at that moment; the event that tells of it is included."),
    auditHash: sha256Digest,
    signature: ed25519Signature.describe('By the coordinator, over the canonical statement consilium/ledger-receipt/v1.'),
  })
  .meta({ id: 'EvidenceReceipt', description: "The coordinator's receipt for one thing that left a site, and for the line of the site's ledger that tells of it." });

export type ReceiptRecord = z.output<typeof receiptRecord>;

/** The statement that the coordinator signed. */
export function receiptOf({ round: _round, site: _site, what: _what, signature, ...receipt }: ReceiptRecord): LedgerReceipt {
  return { ...receipt, signature: Buffer.from(signature, 'base64') };
}

export function receiptRecordOf({ round, site, what, sequence, hash, receivedAtMs, auditSequence, auditHash, signature }: LedgerReceipt & Pick<ReceiptRecord, 'round' | 'site' | 'what'>): ReceiptRecord {
  return { round, site, what, sequence, hash, receivedAtMs, auditSequence, auditHash, signature: Buffer.from(signature).toString('base64') };
}
