// Original file: proto/consilium/v1/round.proto

import type { PurposeInput as _consilium_v1_PurposeInput, Purpose as _consilium_v1_Purpose } from '../../consilium/v1/Purpose.ts';
import type { ModelVersionInput as _consilium_v1_ModelVersionInput, ModelVersion as _consilium_v1_ModelVersion } from '../../consilium/v1/ModelVersion.ts';
import type { PartLayoutInput as _consilium_v1_PartLayoutInput, PartLayout as _consilium_v1_PartLayout } from '../../consilium/v1/PartLayout.ts';
import type { Long } from '@grpc/proto-loader';

export interface RoundOfferInput {
  'study'?: (string);
  'planHash'?: (string);
  'run'?: (string);
  'round'?: (string);
  'number'?: (number);
  'trainingRound'?: (number);
  'attempt'?: (number);
  'purpose'?: (_consilium_v1_PurposeInput);
  'epoch'?: (number | string | Long);
  'groupKeyHash'?: (string);
  'base'?: (_consilium_v1_ModelVersionInput | null);
  'layouts'?: (_consilium_v1_PartLayoutInput)[];
  'deadlineMs'?: (number | string | Long);
  'parameters'?: (Buffer | Uint8Array | string);
}

export interface RoundOffer {
  'study': (string);
  'planHash': (string);
  'run': (string);
  'round': (string);
  'number': (number);
  'trainingRound': (number);
  'attempt': (number);
  'purpose': (_consilium_v1_Purpose);
  'epoch': (number);
  'groupKeyHash': (string);
  'base': (_consilium_v1_ModelVersion | null);
  'layouts': (_consilium_v1_PartLayout)[];
  'deadlineMs': (number);
  'parameters': (Buffer);
}
