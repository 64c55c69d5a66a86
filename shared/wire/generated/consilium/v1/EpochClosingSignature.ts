// Original file: proto/consilium/v1/group_key.proto

import type { Long } from '@grpc/proto-loader';

export interface EpochClosingSignatureInput {
  'run'?: (string);
  'epoch'?: (number | string | Long);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface EpochClosingSignature {
  'run': (string);
  'epoch': (number);
  'signature': (Buffer);
}
