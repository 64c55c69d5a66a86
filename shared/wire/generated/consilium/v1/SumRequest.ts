// Original file: proto/consilium/v1/decryption.proto

import type { PartInput as _consilium_v1_PartInput, Part as _consilium_v1_Part } from '../../consilium/v1/Part.ts';

export interface SumRequestInput {
  'round'?: (string);
  'part'?: (_consilium_v1_PartInput);
}

export interface SumRequest {
  'round': (string);
  'part': (_consilium_v1_Part);
}
