// Original file: proto/consilium/v1/group_key.proto

import type { EpochInput as _consilium_v1_EpochInput, Epoch as _consilium_v1_Epoch } from '../../consilium/v1/Epoch.ts';

export interface EpochKeyRequestInput {
  'epoch'?: (_consilium_v1_EpochInput | null);
}

export interface EpochKeyRequest {
  'epoch': (_consilium_v1_Epoch | null);
}
