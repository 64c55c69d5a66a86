// Original file: proto/consilium/v1/group_key.proto

import type { RosterInput as _consilium_v1_RosterInput, Roster as _consilium_v1_Roster } from '../../consilium/v1/Roster.ts';
import type { EpochStartInput as _consilium_v1_EpochStartInput, EpochStart as _consilium_v1_EpochStart } from '../../consilium/v1/EpochStart.ts';
import type { ClosedEpochInput as _consilium_v1_ClosedEpochInput, ClosedEpoch as _consilium_v1_ClosedEpoch } from '../../consilium/v1/ClosedEpoch.ts';
import type { Long } from '@grpc/proto-loader';

export interface EpochInput {
  'federation'?: (string);
  'study'?: (string);
  'planHash'?: (string);
  'run'?: (string);
  'number'?: (number | string | Long);
  'roster'?: (_consilium_v1_RosterInput | null);
  'custodian'?: (string);
  'start'?: (_consilium_v1_EpochStartInput | null);
  'closed'?: (_consilium_v1_ClosedEpochInput | null);
}

export interface Epoch {
  'federation': (string);
  'study': (string);
  'planHash': (string);
  'run': (string);
  'number': (number);
  'roster': (_consilium_v1_Roster | null);
  'custodian': (string);
  'start': (_consilium_v1_EpochStart | null);
  'closed': (_consilium_v1_ClosedEpoch | null);
}
