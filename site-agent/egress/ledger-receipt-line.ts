import { z } from 'zod';
import { readLines } from '../../shared/files/line-file.ts';
import { ledgerReceiptDomain, ledgerReceiptFields, type LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import { verifyStatement } from '../../shared/statements/signature.ts';

/** A receipt as the site keeps it, one JSON object a line. */
export const receiptLineSchema = z.strictObject({
  sequence: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  receivedAtMs: z.int(),
  auditSequence: z.int().min(0),
  auditHash: z.string(),
  signature: z
    .string()
    .regex(/^[0-9a-f]{128}$/)
    .transform((hex) => Buffer.from(hex, 'hex')),
});

export function receiptLine({ sequence, hash, receivedAtMs, auditSequence, auditHash, signature }: LedgerReceipt): string {
  return JSON.stringify({ sequence, hash, receivedAtMs, auditSequence, auditHash, signature: Buffer.from(signature).toString('hex') });
}

/** The sequence of the newest receipt in a file; 0 without one. Nothing of it is checked. */
export async function newestReceiptIn(file: string): Promise<number> {
  let newest = 0;
  for await (const { text, torn } of readLines(file)) if (!torn) newest = sequenceOf(text) ?? newest;
  return newest;
}

function sequenceOf(text: string): number | undefined {
  try {
    return receiptLineSchema.safeParse(JSON.parse(text)).data?.sequence;
  } catch {
    return undefined;
  }
}

/** Whether the coordinator signed the receipt for this site. @param coordinatorSigningKey Ed25519, raw 32 bytes */
export function isCountersigned(receipt: LedgerReceipt, owner: { readonly federation: string; readonly site: string; readonly coordinatorSigningKey: Uint8Array }): boolean {
  return verifyStatement(owner.coordinatorSigningKey, ledgerReceiptDomain, ledgerReceiptFields(owner.federation, owner.site, receipt), receipt.signature);
}
