// Original file: proto/consilium/v1/round.proto

import type { PartOutcomeInput as _consilium_v1_PartOutcomeInput, PartOutcome as _consilium_v1_PartOutcome } from '../../consilium/v1/PartOutcome.ts';
import type { MemberSignatureInput as _consilium_v1_MemberSignatureInput, MemberSignature as _consilium_v1_MemberSignature } from '../../consilium/v1/MemberSignature.ts';

export interface SignedOutcomeInput {
  'round'?: (string);
  'attempt'?: (number);
  'parts'?: (_consilium_v1_PartOutcomeInput)[];
  'version'?: (string);
  'parametersHash'?: (string);
  'signatures'?: (_consilium_v1_MemberSignatureInput)[];
}

export interface SignedOutcome {
  'round': (string);
  'attempt': (number);
  'parts': (_consilium_v1_PartOutcome)[];
  'version': (string);
  'parametersHash': (string);
  'signatures': (_consilium_v1_MemberSignature)[];
}
