// Original file: proto/consilium/v1/manifest.proto

import type { PartInput as _consilium_v1_PartInput, Part as _consilium_v1_Part } from '../../consilium/v1/Part.ts';

export interface PartSignatureInput {
  'part'?: (_consilium_v1_PartInput);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface PartSignature {
  'part': (_consilium_v1_Part);
  'signature': (Buffer);
}
