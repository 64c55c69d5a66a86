import { ConsiliumError } from '../../errors/consilium-error.ts';
import { ledgerReceiptDomain, ledgerReceiptFields } from '../../statements/ledger-receipt.ts';
import { verifyStatement } from '../../statements/signature.ts';
import { receiptOf } from '../receipt-record.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const receipts: EvidenceCheck = {
  name: 'receipts',
  proves: "The coordinator's receipts for the egress ledgers of the member sites are signed, and name events of this audit log and of no other; a hospital compares them with the ones that it holds.",
  check({ documents }) {
    const { federation } = documents['run.json'];
    const hashes = new Map(documents['audit.json'].events.map(({ sequence, hash }) => [sequence, hash]));
    const all = documents['receipts.json'];
    for (const record of all) {
      const receipt = receiptOf(record);
      const fields = ledgerReceiptFields(federation.id, record.site, receipt);
      if (!verifyStatement(Buffer.from(federation.signingKey, 'hex'), ledgerReceiptDomain, fields, receipt.signature)) throw new ConsiliumError('evidence-refuted', `The receipt for the ledger of ${record.site} is not signed by the coordinator.`);
      const logged = hashes.get(receipt.auditSequence);
      if (logged !== undefined && logged !== receipt.auditHash) throw new ConsiliumError('evidence-refuted', `The coordinator named another event ${receipt.auditSequence} to ${record.site} than is in the log.`);
    }
    return all.map(({ site, sequence }) => `${site} up to line ${sequence}`).join(', ') || 'there are none';
  },
};
