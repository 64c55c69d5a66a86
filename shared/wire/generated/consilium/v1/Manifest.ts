// Original file: proto/consilium/v1/manifest.proto

import type { PurposeInput as _consilium_v1_PurposeInput, Purpose as _consilium_v1_Purpose } from '../../consilium/v1/Purpose.ts';
import type { PartInput as _consilium_v1_PartInput, Part as _consilium_v1_Part } from '../../consilium/v1/Part.ts';
import type { ManifestContributionInput as _consilium_v1_ManifestContributionInput, ManifestContribution as _consilium_v1_ManifestContribution } from '../../consilium/v1/ManifestContribution.ts';

export interface ManifestInput {
  'round'?: (string);
  'attempt'?: (number);
  'purpose'?: (_consilium_v1_PurposeInput);
  'part'?: (_consilium_v1_PartInput);
  'layoutFingerprint'?: (string);
  'parametersHash'?: (string);
  'base'?: (string);
  'contributions'?: (_consilium_v1_ManifestContributionInput)[];
  'aggregateDigest'?: (string);
  'previous'?: (string);
}

export interface Manifest {
  'round': (string);
  'attempt': (number);
  'purpose': (_consilium_v1_Purpose);
  'part': (_consilium_v1_Part);
  'layoutFingerprint': (string);
  'parametersHash': (string);
  'base': (string);
  'contributions': (_consilium_v1_ManifestContribution)[];
  'aggregateDigest': (string);
  'previous': (string);
}
