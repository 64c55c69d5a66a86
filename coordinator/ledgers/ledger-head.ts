import type { LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';

/** The newest head of a site's egress ledger that the coordinator countersigned, as its receipt. */
export interface LedgerHeadStore {
  find(site: string): Promise<LedgerReceipt | undefined>;
  save(site: string, receipt: LedgerReceipt): Promise<void>;
  /** A site that was set up anew begins another ledger. */
  remove(site: string): Promise<void>;
}
