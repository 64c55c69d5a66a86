// Original file: proto/consilium/v1/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface LedgerHeadInput {
  'sequence'?: (number | string | Long);
  'hash'?: (string);
}

export interface LedgerHead {
  'sequence': (number);
  'hash': (string);
}
