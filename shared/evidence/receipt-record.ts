import { z } from 'zod';
import type { LedgerReceipt } from '../statements/ledger-receipt.ts';
import { ed25519Signature, sha256Digest, sha256DigestOrNone } from './record-fields.ts';

/** receipts.json: how far the egress ledger of each member site had come when the evidence was fetched. */
export const receiptRecord = z
  .strictObject({
    site: z.string(),
    sequence: z.int().min(1).describe("Of the newest line of the site's ledger that the coordinator countersigned."),
    hash: sha256Digest,
    receivedAtMs: z.int(),
    auditSequence: z.int().min(0).describe("Head of the coordinator's audit log at that moment."),
    auditHash: sha256DigestOrNone,
    signature: ed25519Signature.describe('By the coordinator, over the canonical statement consilium/ledger-receipt/v1.'),
  })
  .meta({ id: 'EvidenceReceipt', description: "The coordinator's word for how far a site's egress ledger had come." });

export type ReceiptRecord = z.output<typeof receiptRecord>;

/** The statement that the coordinator signed. */
export function receiptOf({ site: _site, signature, ...receipt }: ReceiptRecord): LedgerReceipt {
  return { ...receipt, signature: Buffer.from(signature, 'base64') };
}

export function receiptRecordOf(site: string, { sequence, hash, receivedAtMs, auditSequence, auditHash, signature }: LedgerReceipt): ReceiptRecord {
  return { site, sequence, hash, receivedAtMs, auditSequence, auditHash, signature: Buffer.from(signature).toString('base64') };
}
