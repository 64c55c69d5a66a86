// Original file: proto/consilium/v1/study.proto

import type { DecisionInput as _consilium_v1_DecisionInput, Decision as _consilium_v1_Decision } from '../../consilium/v1/Decision.ts';
import type { DecidedByInput as _consilium_v1_DecidedByInput, DecidedBy as _consilium_v1_DecidedBy } from '../../consilium/v1/DecidedBy.ts';
import type { Long } from '@grpc/proto-loader';

export interface StudyDecisionInput {
  'study'?: (string);
  'planHash'?: (string);
  'rosterHash'?: (string);
  'decision'?: (_consilium_v1_DecisionInput);
  'decidedBy'?: (_consilium_v1_DecidedByInput);
  'code'?: (string);
  'decidedAtMs'?: (number | string | Long);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface StudyDecision {
  'study': (string);
  'planHash': (string);
  'rosterHash': (string);
  'decision': (_consilium_v1_Decision);
  'decidedBy': (_consilium_v1_DecidedBy);
  'code': (string);
  'decidedAtMs': (number);
  'signature': (Buffer);
}
