// Original file: proto/consilium/v1/group_key.proto

import type { EpochInput as _consilium_v1_EpochInput, Epoch as _consilium_v1_Epoch } from '../../consilium/v1/Epoch.ts';
import type { MemberEpochKeyInput as _consilium_v1_MemberEpochKeyInput, MemberEpochKey as _consilium_v1_MemberEpochKey } from '../../consilium/v1/MemberEpochKey.ts';

export interface GroupKeyRequestInput {
  'epoch'?: (_consilium_v1_EpochInput | null);
  'keys'?: (_consilium_v1_MemberEpochKeyInput)[];
}

export interface GroupKeyRequest {
  'epoch': (_consilium_v1_Epoch | null);
  'keys': (_consilium_v1_MemberEpochKey)[];
}
