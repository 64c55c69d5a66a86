// Original file: proto/consilium/v1/round.proto

import type { PartInput as _consilium_v1_PartInput, Part as _consilium_v1_Part } from '../../consilium/v1/Part.ts';

export interface PartLayoutInput {
  'part'?: (_consilium_v1_PartInput);
  'fingerprint'?: (string);
}

export interface PartLayout {
  'part': (_consilium_v1_Part);
  'fingerprint': (string);
}
