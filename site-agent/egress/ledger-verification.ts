import type { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readLines } from '../../shared/files/line-file.ts';
import type { LedgerHead, LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import type { LedgerFiles, LedgerOwner } from './ledger-files.ts';
import { hasItsHash, isSignedBy, ledgerLineSchema, type LedgerLine } from './ledger-line.ts';
import { isCountersigned, receiptLineSchema } from './ledger-receipt-line.ts';

export interface VerifiedLedger {
  /** Sequence 0 and an empty hash while the ledger has no line. */
  readonly head: LedgerHead;
  /** Hashes of the lines that the coordinator has countersigned, by their sequence, which grows. */
  readonly countersigned: ReadonlyMap<number, string>;
}

/**
 * Checks every line of a ledger (that it is unchanged, signed by the site, and follows the one before) and every receipt
 * (that the coordinator signed it, and for a line that is still there).
 *
 * @param onLine given every line, in order, and whether the coordinator countersigned it
 * @param newest the receipt that the coordinator itself holds, where it was asked: shows when the end of both files is cut off
 * @param tornEnd whether half a line at the end of a file, as a kill leaves it, is passed over
 * @throws ledger-damaged, naming the first line that is wrong and what is wrong about it
 */
export async function verifyLedger(
  files: LedgerFiles,
  owner: LedgerOwner,
  { onLine, tornEnd, newest }: { onLine?: (line: LedgerLine, isCountersigned: boolean) => void; tornEnd: 'pass' | 'refuse'; newest?: LedgerReceipt | undefined },
): Promise<VerifiedLedger> {
  const receipts = await verifiedReceipts(files.receipts, owner, tornEnd);
  if (newest) addNewest(receipts, newest, owner);
  let head: LedgerHead = { sequence: 0, hash: '' };
  for await (const line of linesOf(files.lines, tornEnd, ledgerLineSchema)) {
    const at = `Line ${head.sequence + 1} of the ledger`;
    if (!line) throw damaged(`${at} was changed: it is not a ledger line any more.`);
    if (!hasItsHash(line)) throw damaged(`${at} was changed after it was written.`);
    if (line.federation !== owner.federation || line.site !== owner.site) throw damaged(`${at} is of another site: ${line.site}.`);
    if (line.sequence !== head.sequence + 1) throw damaged(`${at} is number ${line.sequence}: ${await whatHappened(files.lines, head.sequence + 1, line.sequence)}.`);
    if (line.previous !== head.hash) throw damaged(`${at} does not follow the line before it: one of them was replaced.`);
    if (!isSignedBy(line, owner.signingKey)) throw damaged(`${at} is not signed by this site.`);
    head = { sequence: line.sequence, hash: line.hash };
    const countersigned = receipts.get(line.sequence);
    if (countersigned && countersigned !== line.hash) throw damaged(`${at} is not the one that the coordinator countersigned: it was replaced.`);
    onLine?.(line, countersigned !== undefined);
  }
  const furthest = [...receipts.keys()].reduce((a, b) => Math.max(a, b), 0);
  if (furthest > head.sequence) throw damaged(`The end was cut off: the coordinator countersigned line ${furthest}, and the ledger ends with line ${head.sequence}.`);
  return { head, countersigned: receipts };
}

/** Hashes of the countersigned lines by their sequence, which grows. */
async function verifiedReceipts(file: string, owner: LedgerOwner, tornEnd: 'pass' | 'refuse'): Promise<Map<number, string>> {
  const receipts = new Map<number, string>();
  let [number, newest] = [0, 0];
  for await (const receipt of linesOf(file, tornEnd, receiptLineSchema)) {
    const at = `Line ${++number} of the receipts`;
    if (!receipt) throw damaged(`${at} was changed: it is not a receipt any more.`);
    if (!isCountersigned(receipt, owner)) throw damaged(`${at} was changed, or is not the coordinator's: its signature does not verify.`);
    if (receipt.sequence <= newest) throw damaged(`${at} is for ledger line ${receipt.sequence} and comes after that for line ${newest}: receipts were re-ordered or repeated.`);
    newest = receipt.sequence;
    receipts.set(receipt.sequence, receipt.hash);
  }
  return receipts;
}

/** The coordinator's own newest receipt is at or past the newest one that is here. */
function addNewest(receipts: Map<number, string>, newest: LedgerReceipt, owner: LedgerOwner): void {
  if (!isCountersigned(newest, owner)) throw new ConsiliumError('ledger-receipt-invalid', 'Its signature does not verify.');
  const known = receipts.get(newest.sequence);
  if (known !== undefined && known !== newest.hash) throw damaged(`The coordinator countersigned line ${newest.sequence} twice, with different hashes.`);
  receipts.set(newest.sequence, newest.hash);
}

/** Each line as its schema reads it, or nothing for one that is not exactly as it was written. */
async function* linesOf<Schema extends z.ZodType>(file: string, tornEnd: 'pass' | 'refuse', schema: Schema): AsyncGenerator<z.output<Schema> | undefined, void> {
  let number = 0;
  for await (const { text, torn } of readLines(file)) {
    number++;
    if (torn && tornEnd === 'pass') return;
    if (torn) throw damaged(`Line ${number} of ${file} is torn: it ends in the middle. If the agent was killed while it wrote, nothing left under this line, and the next serve moves it aside.`);
    yield exactly(schema, text);
  }
}

function exactly<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? schema.safeParse(value).data : undefined;
  } catch {
    return undefined;
  }
}

/** Looks through the whole file for the line that should have come. */
async function whatHappened(file: string, expected: number, found: number): Promise<string> {
  if (found < expected) return 'lines were re-ordered or repeated';
  for await (const { text } of readLines(file)) if (exactly(ledgerLineSchema, text)?.sequence === expected) return 'lines were re-ordered';
  return found === expected + 1 ? `line ${expected} was removed` : `lines ${expected} to ${found - 1} were removed`;
}

function damaged(detail: string): ConsiliumError {
  return new ConsiliumError('ledger-damaged', detail);
}
