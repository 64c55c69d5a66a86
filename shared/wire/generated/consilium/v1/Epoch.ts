// Original file: proto/consilium/v1/group_key.proto

import type { MemberInput as _consilium_v1_MemberInput, Member as _consilium_v1_Member } from '../../consilium/v1/Member.ts';
import type { Long } from '@grpc/proto-loader';

export interface EpochInput {
  'federation'?: (string);
  'study'?: (string);
  'planHash'?: (string);
  'run'?: (string);
  'number'?: (number | string | Long);
  'roster'?: (_consilium_v1_MemberInput)[];
  'custodian'?: (string);
}

export interface Epoch {
  'federation': (string);
  'study': (string);
  'planHash': (string);
  'run': (string);
  'number': (number);
  'roster': (_consilium_v1_Member)[];
  'custodian': (string);
}
