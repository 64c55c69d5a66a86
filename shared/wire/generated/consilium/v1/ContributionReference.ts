// Original file: proto/consilium/v1/contribution.proto

import type { PartInput as _consilium_v1_PartInput, Part as _consilium_v1_Part } from '../../consilium/v1/Part.ts';

export interface ContributionReferenceInput {
  'run'?: (string);
  'round'?: (string);
  'part'?: (_consilium_v1_PartInput);
  'digest'?: (string);
}

export interface ContributionReference {
  'run': (string);
  'round': (string);
  'part': (_consilium_v1_Part);
  'digest': (string);
}
