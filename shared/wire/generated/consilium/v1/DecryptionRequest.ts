// Original file: proto/consilium/v1/decryption.proto

import type { PurposeInput as _consilium_v1_PurposeInput, Purpose as _consilium_v1_Purpose } from '../../consilium/v1/Purpose.ts';
import type { ModelVersionInput as _consilium_v1_ModelVersionInput, ModelVersion as _consilium_v1_ModelVersion } from '../../consilium/v1/ModelVersion.ts';
import type { PartSumInput as _consilium_v1_PartSumInput, PartSum as _consilium_v1_PartSum } from '../../consilium/v1/PartSum.ts';
import type { Long } from '@grpc/proto-loader';

export interface DecryptionRequestInput {
  'run'?: (string);
  'round'?: (string);
  'attempt'?: (number);
  'epoch'?: (number | string | Long);
  'purpose'?: (_consilium_v1_PurposeInput);
  'base'?: (_consilium_v1_ModelVersionInput | null);
  'sums'?: (_consilium_v1_PartSumInput)[];
  'parameters'?: (Buffer | Uint8Array | string);
  'returnSums'?: (boolean);
}

export interface DecryptionRequest {
  'run': (string);
  'round': (string);
  'attempt': (number);
  'epoch': (number);
  'purpose': (_consilium_v1_Purpose);
  'base': (_consilium_v1_ModelVersion | null);
  'sums': (_consilium_v1_PartSum)[];
  'parameters': (Buffer);
  'returnSums': (boolean);
}
