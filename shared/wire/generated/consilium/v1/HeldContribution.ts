// Original file: proto/consilium/v1/contribution.proto

import type { Long } from '@grpc/proto-loader';

export interface HeldContributionInput {
  'bytes'?: (number | string | Long);
}

export interface HeldContribution {
  'bytes': (number);
}
