import { ConsiliumError } from '../../errors/consilium-error.ts';
import { ledgerReceiptDomain, ledgerReceiptFields } from '../../statements/ledger-receipt.ts';
import { verifyStatement } from '../../statements/signature.ts';
import { departuresOf, departureText, keyOf, type Departure } from '../departures.ts';
import type { EvidenceDocuments } from '../evidence-documents.ts';
import { receiptOf, type ReceiptRecord } from '../receipt-record.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const receipts: EvidenceCheck = {
  name: 'receipts',
  proves: "When a contribution or a report of opened sums came, the coordinator signed under which line of the site's egress ledger it left and what this log, and no other, held then; every line is a new one, and a hospital compares them with its own ledger.",
  check({ documents }) {
    const all = documents['receipts.json'];
    const unused = new Map(all.map((record) => [keyOf(record), record]));
    if (unused.size < all.length) throw new ConsiliumError('evidence-refuted', 'Two receipts are for the same.');
    const hashes = new Map(documents['audit.json'].events.map(({ sequence, hash }) => [sequence, hash]));
    const newest = new Map<string, ReceiptRecord>();
    for (const departure of departuresOf(documents)) {
      const record = unused.get(keyOf(departure));
      if (!record) throw new ConsiliumError('evidence-refuted', `There is no receipt for ${departureText(departure)}.`);
      unused.delete(keyOf(departure));
      assertSigned(record, documents);
      assertTold(record, departure, hashes);
      assertFollows(record, newest.get(departure.ledger));
      newest.set(departure.ledger, record);
    }
    const [extra] = unused.values();
    if (extra) throw refutation(extra, 'is for nothing that counts in the run');
    return `${all.length} receipts: ${[...newest.values()].map(({ site, sequence }) => `${site} up to line ${sequence}`).sort().join(', ') || 'nothing left a site'}`;
  },
};

function assertSigned(record: ReceiptRecord, { 'run.json': { federation } }: EvidenceDocuments): void {
  const receipt = receiptOf(record);
  const fields = ledgerReceiptFields(federation.id, record.site, receipt);
  if (!verifyStatement(Buffer.from(federation.signingKey, 'hex'), ledgerReceiptDomain, fields, receipt.signature)) throw refutation(record, 'is not signed by the coordinator');
}

/** The log of the run reaches from its start to its end, and so over every event that a receipt of the run names. */
function assertTold(record: ReceiptRecord, { head, auditSequence }: Departure, hashes: ReadonlyMap<number, string>): void {
  const logged = hashes.get(record.auditSequence);
  if (record.sequence !== head.sequence || record.hash !== head.hash) throw refutation(record, 'names another line of the ledger than the log does');
  if (logged === undefined) throw refutation(record, `names event ${record.auditSequence} of the log, which is not there`);
  if (logged !== record.auditHash) throw refutation(record, `names another event ${record.auditSequence} than is in the log`);
  if (record.auditSequence < auditSequence) throw refutation(record, 'names a log that does not tell of it yet');
}

function assertFollows(record: ReceiptRecord, before: ReceiptRecord | undefined): void {
  if (!before || record.sequence > before.sequence) return;
  if (record.sequence === before.sequence && record.hash !== before.hash) throw refutation(record, `names another line ${record.sequence} of the ledger than an earlier receipt`);
  throw refutation(record, `names line ${record.sequence} of the ledger, and an earlier receipt line ${before.sequence}`);
}

function refutation(record: ReceiptRecord, what: string): ConsiliumError {
  return new ConsiliumError('evidence-refuted', `The receipt for ${departureText(record)} ${what}.`);
}
