// Original file: proto/consilium/v1/group_key.proto

import type { Long } from '@grpc/proto-loader';

export interface EpochKeyOfferInput {
  'run'?: (string);
  'epoch'?: (number | string | Long);
  'publicKey'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface EpochKeyOffer {
  'run': (string);
  'epoch': (number);
  'publicKey': (Buffer);
  'signature': (Buffer);
}
