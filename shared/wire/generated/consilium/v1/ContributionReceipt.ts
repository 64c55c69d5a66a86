// Original file: proto/consilium/v1/contribution.proto

import type { LedgerReceiptInput as _consilium_v1_LedgerReceiptInput, LedgerReceipt as _consilium_v1_LedgerReceipt } from '../../consilium/v1/LedgerReceipt.ts';

export interface ContributionReceiptInput {
  'digest'?: (string);
  'ledger'?: (_consilium_v1_LedgerReceiptInput | null);
}

export interface ContributionReceipt {
  'digest': (string);
  'ledger': (_consilium_v1_LedgerReceipt | null);
}
