// Original file: proto/consilium/v1/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface LedgerReceiptInput {
  'sequence'?: (number | string | Long);
  'hash'?: (string);
  'receivedAtMs'?: (number | string | Long);
  'auditSequence'?: (number | string | Long);
  'auditHash'?: (string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface LedgerReceipt {
  'sequence': (number);
  'hash': (string);
  'receivedAtMs': (number);
  'auditSequence': (number);
  'auditHash': (string);
  'signature': (Buffer);
}
