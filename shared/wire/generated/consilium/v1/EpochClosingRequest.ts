// Original file: proto/consilium/v1/group_key.proto

import type { EpochStartInput as _consilium_v1_EpochStartInput, EpochStart as _consilium_v1_EpochStart } from '../../consilium/v1/EpochStart.ts';
import type { RosterInput as _consilium_v1_RosterInput, Roster as _consilium_v1_Roster } from '../../consilium/v1/Roster.ts';
import type { SignedOutcomeInput as _consilium_v1_SignedOutcomeInput, SignedOutcome as _consilium_v1_SignedOutcome } from '../../consilium/v1/SignedOutcome.ts';
import type { Long } from '@grpc/proto-loader';

export interface EpochClosingRequestInput {
  'run'?: (string);
  'epoch'?: (number | string | Long);
  'next'?: (_consilium_v1_EpochStartInput | null);
  'nextRoster'?: (_consilium_v1_RosterInput | null);
  'outcome'?: (_consilium_v1_SignedOutcomeInput | null);
}

export interface EpochClosingRequest {
  'run': (string);
  'epoch': (number);
  'next': (_consilium_v1_EpochStart | null);
  'nextRoster': (_consilium_v1_Roster | null);
  'outcome': (_consilium_v1_SignedOutcome | null);
}
