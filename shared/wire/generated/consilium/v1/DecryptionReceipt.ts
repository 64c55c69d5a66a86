// Original file: proto/consilium/v1/decryption.proto

import type { LedgerReceiptInput as _consilium_v1_LedgerReceiptInput, LedgerReceipt as _consilium_v1_LedgerReceipt } from '../../consilium/v1/LedgerReceipt.ts';

export interface DecryptionReceiptInput {
  'ledger'?: (_consilium_v1_LedgerReceiptInput | null);
}

export interface DecryptionReceipt {
  'ledger': (_consilium_v1_LedgerReceipt | null);
}
