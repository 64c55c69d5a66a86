// Original file: proto/consilium/v1/round.proto

import type { RoundGroundInput as _consilium_v1_RoundGroundInput, RoundGround as _consilium_v1_RoundGround } from '../../consilium/v1/RoundGround.ts';
import type { PartLayoutInput as _consilium_v1_PartLayoutInput, PartLayout as _consilium_v1_PartLayout } from '../../consilium/v1/PartLayout.ts';
import type { Long } from '@grpc/proto-loader';

export interface RoundOfferInput {
  'study'?: (string);
  'planHash'?: (string);
  'ground'?: (_consilium_v1_RoundGroundInput | null);
  'trainingRound'?: (number);
  'groupKeyHash'?: (string);
  'layouts'?: (_consilium_v1_PartLayoutInput)[];
  'deadlineMs'?: (number | string | Long);
}

export interface RoundOffer {
  'study': (string);
  'planHash': (string);
  'ground': (_consilium_v1_RoundGround | null);
  'trainingRound': (number);
  'groupKeyHash': (string);
  'layouts': (_consilium_v1_PartLayout)[];
  'deadlineMs': (number);
}
