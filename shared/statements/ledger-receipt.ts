import type { StatementFields } from './statement.ts';

/** How far a site's egress ledger has come: its newest line. */
export interface LedgerHead {
  /** From 1. */
  readonly sequence: number;
  /** Of the line, SHA-256, hex. */
  readonly hash: string;
}

/** The coordinator's word that a site's ledger had come this far. */
export interface LedgerReceipt extends LedgerHead {
  readonly receivedAtMs: number;
  /** The head of the coordinator's audit log at that moment. */
  readonly auditSequence: number;
  readonly auditHash: string;
  /** Ed25519 by the coordinator's signing key. */
  readonly signature: Uint8Array;
}

export const ledgerReceiptDomain = 'consilium/ledger-receipt/v1';

/** What the coordinator signs with its signing key. */
export function ledgerReceiptFields(federation: string, site: string, receipt: Omit<LedgerReceipt, 'signature'>): StatementFields {
  return [
    ['federation', federation],
    ['site', site],
    ['sequence', receipt.sequence],
    ['hash', receipt.hash],
    ['received-at-ms', receipt.receivedAtMs],
    ['audit-sequence', receipt.auditSequence],
    ['audit-hash', receipt.auditHash],
  ];
}
