// Original file: proto/consilium/v1/group_key.proto

import type { SealedBoxInput as _consilium_v1_SealedBoxInput, SealedBox as _consilium_v1_SealedBox } from '../../consilium/v1/SealedBox.ts';
import type { Long } from '@grpc/proto-loader';

export interface GroupKeyDepositInput {
  'run'?: (string);
  'epoch'?: (number | string | Long);
  'groupKeyHash'?: (string);
  'boxes'?: (_consilium_v1_SealedBoxInput)[];
}

export interface GroupKeyDeposit {
  'run': (string);
  'epoch': (number);
  'groupKeyHash': (string);
  'boxes': (_consilium_v1_SealedBox)[];
}
