// Original file: proto/consilium/v1/round.proto

import type { PartInput as _consilium_v1_PartInput, Part as _consilium_v1_Part } from '../../consilium/v1/Part.ts';

export interface PartOutcomeInput {
  'part'?: (_consilium_v1_PartInput);
  'manifest'?: (string);
  'sumDigest'?: (string);
}

export interface PartOutcome {
  'part': (_consilium_v1_Part);
  'manifest': (string);
  'sumDigest': (string);
}
