// Original file: proto/consilium/v1/decryption.proto

import type { PartInput as _consilium_v1_PartInput, Part as _consilium_v1_Part } from '../../consilium/v1/Part.ts';
import type { SummedContributionInput as _consilium_v1_SummedContributionInput, SummedContribution as _consilium_v1_SummedContribution } from '../../consilium/v1/SummedContribution.ts';

export interface PartSumInput {
  'part'?: (_consilium_v1_PartInput);
  'layoutFingerprint'?: (string);
  'aggregateDigest'?: (string);
  'contributions'?: (_consilium_v1_SummedContributionInput)[];
}

export interface PartSum {
  'part': (_consilium_v1_Part);
  'layoutFingerprint': (string);
  'aggregateDigest': (string);
  'contributions': (_consilium_v1_SummedContribution)[];
}
