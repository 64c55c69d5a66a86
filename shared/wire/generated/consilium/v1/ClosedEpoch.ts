// Original file: proto/consilium/v1/group_key.proto

import type { RosterInput as _consilium_v1_RosterInput, Roster as _consilium_v1_Roster } from '../../consilium/v1/Roster.ts';
import type { EpochStartInput as _consilium_v1_EpochStartInput, EpochStart as _consilium_v1_EpochStart } from '../../consilium/v1/EpochStart.ts';
import type { MemberSignatureInput as _consilium_v1_MemberSignatureInput, MemberSignature as _consilium_v1_MemberSignature } from '../../consilium/v1/MemberSignature.ts';
import type { Long } from '@grpc/proto-loader';

export interface ClosedEpochInput {
  'number'?: (number | string | Long);
  'roster'?: (_consilium_v1_RosterInput | null);
  'start'?: (_consilium_v1_EpochStartInput | null);
  'signatures'?: (_consilium_v1_MemberSignatureInput)[];
}

export interface ClosedEpoch {
  'number': (number);
  'roster': (_consilium_v1_Roster | null);
  'start': (_consilium_v1_EpochStart | null);
  'signatures': (_consilium_v1_MemberSignature)[];
}
