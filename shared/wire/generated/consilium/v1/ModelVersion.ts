// Original file: proto/consilium/v1/round.proto

import type { LineageContributionInput as _consilium_v1_LineageContributionInput, LineageContribution as _consilium_v1_LineageContribution } from '../../consilium/v1/LineageContribution.ts';

export interface ModelVersionInput {
  'digest'?: (string);
  'number'?: (number);
  'parent'?: (string);
  'round'?: (string);
  'contributions'?: (_consilium_v1_LineageContributionInput)[];
  'sumDigest'?: (string);
  'weightsDigest'?: (string);
  'optimiserStateDigest'?: (string);
}

export interface ModelVersion {
  'digest': (string);
  'number': (number);
  'parent': (string);
  'round': (string);
  'contributions': (_consilium_v1_LineageContribution)[];
  'sumDigest': (string);
  'weightsDigest': (string);
  'optimiserStateDigest': (string);
}
