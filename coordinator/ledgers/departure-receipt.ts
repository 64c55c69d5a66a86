import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';

/** A part that a site contributed to a round, or what it reported of the sums that it opened. */
export interface Departure {
  readonly round: string;
  readonly site: string;
  readonly what: Part | 'opened-sum';
}

/** The receipt that a site got when its departure was acknowledged first. */
export type DepartureReceipt = Departure & LedgerReceipt;

export interface DepartureReceiptStore {
  /** In the order in which they were signed. */
  list(round: string): Promise<DepartureReceipt[]>;
  insert(receipt: DepartureReceipt): Promise<void>;
  /** Those for what the site contributed to the round. */
  remove(round: string, site: string): Promise<void>;
}
