// Original file: proto/consilium/v1/study.proto

import type { RosterInput as _consilium_v1_RosterInput, Roster as _consilium_v1_Roster } from '../../consilium/v1/Roster.ts';

export interface StudyProposalInput {
  'study'?: (string);
  'planHash'?: (string);
  'roster'?: (_consilium_v1_RosterInput | null);
}

export interface StudyProposal {
  'study': (string);
  'planHash': (string);
  'roster': (_consilium_v1_Roster | null);
}
