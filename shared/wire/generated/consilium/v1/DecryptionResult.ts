// Original file: proto/consilium/v1/decryption.proto

import type { PartResultInput as _consilium_v1_PartResultInput, PartResult as _consilium_v1_PartResult } from '../../consilium/v1/PartResult.ts';

export interface DecryptionResultInput {
  'round'?: (string);
  'attempt'?: (number);
  'parts'?: (_consilium_v1_PartResultInput)[];
  'version'?: (string);
  'parametersHash'?: (string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface DecryptionResult {
  'round': (string);
  'attempt': (number);
  'parts': (_consilium_v1_PartResult)[];
  'version': (string);
  'parametersHash': (string);
  'signature': (Buffer);
}
