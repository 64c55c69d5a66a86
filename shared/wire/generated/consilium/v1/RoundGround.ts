// Original file: proto/consilium/v1/round.proto

import type { PurposeInput as _consilium_v1_PurposeInput, Purpose as _consilium_v1_Purpose } from '../../consilium/v1/Purpose.ts';
import type { ModelVersionInput as _consilium_v1_ModelVersionInput, ModelVersion as _consilium_v1_ModelVersion } from '../../consilium/v1/ModelVersion.ts';
import type { SignedOutcomeInput as _consilium_v1_SignedOutcomeInput, SignedOutcome as _consilium_v1_SignedOutcome } from '../../consilium/v1/SignedOutcome.ts';
import type { Long } from '@grpc/proto-loader';

export interface RoundGroundInput {
  'run'?: (string);
  'round'?: (string);
  'number'?: (number);
  'attempt'?: (number);
  'purpose'?: (_consilium_v1_PurposeInput);
  'epoch'?: (number | string | Long);
  'base'?: (_consilium_v1_ModelVersionInput | null);
  'parameters'?: (Buffer | Uint8Array | string);
  'outcome'?: (_consilium_v1_SignedOutcomeInput | null);
}

export interface RoundGround {
  'run': (string);
  'round': (string);
  'number': (number);
  'attempt': (number);
  'purpose': (_consilium_v1_Purpose);
  'epoch': (number);
  'base': (_consilium_v1_ModelVersion | null);
  'parameters': (Buffer);
  'outcome': (_consilium_v1_SignedOutcome | null);
}
