// Original file: proto/consilium/v1/group_key.proto

import type { Long } from '@grpc/proto-loader';

export interface GroupKeyConfirmationInput {
  'run'?: (string);
  'epoch'?: (number | string | Long);
  'groupKeyHash'?: (string);
}

export interface GroupKeyConfirmation {
  'run': (string);
  'epoch': (number);
  'groupKeyHash': (string);
}
