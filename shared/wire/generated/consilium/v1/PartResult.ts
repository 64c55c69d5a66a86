// Original file: proto/consilium/v1/decryption.proto

import type { PartInput as _consilium_v1_PartInput, Part as _consilium_v1_Part } from '../../consilium/v1/Part.ts';

export interface PartResultInput {
  'part'?: (_consilium_v1_PartInput);
  'sumDigest'?: (string);
}

export interface PartResult {
  'part': (_consilium_v1_Part);
  'sumDigest': (string);
}
