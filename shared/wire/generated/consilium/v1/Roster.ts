// Original file: proto/consilium/v1/roster.proto

import type { MemberInput as _consilium_v1_MemberInput, Member as _consilium_v1_Member } from '../../consilium/v1/Member.ts';
import type { Long } from '@grpc/proto-loader';

export interface RosterInput {
  'federation'?: (string);
  'study'?: (string);
  'planHash'?: (string);
  'version'?: (number | string | Long);
  'members'?: (_consilium_v1_MemberInput)[];
  'previousHash'?: (string);
  'leadKey'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface Roster {
  'federation': (string);
  'study': (string);
  'planHash': (string);
  'version': (number);
  'members': (_consilium_v1_Member)[];
  'previousHash': (string);
  'leadKey': (Buffer);
  'signature': (Buffer);
}
