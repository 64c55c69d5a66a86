// Original file: proto/consilium/v1/decryption.proto

import type { PartInput as _consilium_v1_PartInput, Part as _consilium_v1_Part } from '../../consilium/v1/Part.ts';

export interface LaneSumsInput {
  'part'?: (_consilium_v1_PartInput);
  'bytes'?: (Buffer | Uint8Array | string);
}

export interface LaneSums {
  'part': (_consilium_v1_Part);
  'bytes': (Buffer);
}
