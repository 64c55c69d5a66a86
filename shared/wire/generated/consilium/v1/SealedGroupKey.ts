// Original file: proto/consilium/v1/group_key.proto

import type { EpochInput as _consilium_v1_EpochInput, Epoch as _consilium_v1_Epoch } from '../../consilium/v1/Epoch.ts';
import type { SealedBoxInput as _consilium_v1_SealedBoxInput, SealedBox as _consilium_v1_SealedBox } from '../../consilium/v1/SealedBox.ts';

export interface SealedGroupKeyInput {
  'epoch'?: (_consilium_v1_EpochInput | null);
  'groupKeyHash'?: (string);
  'box'?: (_consilium_v1_SealedBoxInput | null);
}

export interface SealedGroupKey {
  'epoch': (_consilium_v1_Epoch | null);
  'groupKeyHash': (string);
  'box': (_consilium_v1_SealedBox | null);
}
