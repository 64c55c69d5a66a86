// Original file: proto/consilium/v1/contribution.proto

import type { PartInput as _consilium_v1_PartInput, Part as _consilium_v1_Part } from '../../consilium/v1/Part.ts';
import type { LedgerHeadInput as _consilium_v1_LedgerHeadInput, LedgerHead as _consilium_v1_LedgerHead } from '../../consilium/v1/LedgerHead.ts';
import type { Long } from '@grpc/proto-loader';

export interface ContributionHeaderInput {
  'run'?: (string);
  'round'?: (string);
  'attempt'?: (number);
  'part'?: (_consilium_v1_PartInput);
  'epoch'?: (number | string | Long);
  'layoutFingerprint'?: (string);
  'parameterSet'?: (string);
  'nonce'?: (Buffer | Uint8Array | string);
  'totalBytes'?: (number | string | Long);
  'digest'?: (string);
  'tag'?: (Buffer | Uint8Array | string);
  'ledgerHead'?: (_consilium_v1_LedgerHeadInput | null);
  'fromByte'?: (number | string | Long);
}

export interface ContributionHeader {
  'run': (string);
  'round': (string);
  'attempt': (number);
  'part': (_consilium_v1_Part);
  'epoch': (number);
  'layoutFingerprint': (string);
  'parameterSet': (string);
  'nonce': (Buffer);
  'totalBytes': (number);
  'digest': (string);
  'tag': (Buffer);
  'ledgerHead': (_consilium_v1_LedgerHead | null);
  'fromByte': (number);
}
