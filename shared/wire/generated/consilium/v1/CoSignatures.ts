// Original file: proto/consilium/v1/manifest.proto

import type { PartSignatureInput as _consilium_v1_PartSignatureInput, PartSignature as _consilium_v1_PartSignature } from '../../consilium/v1/PartSignature.ts';

export interface CoSignaturesInput {
  'round'?: (string);
  'attempt'?: (number);
  'signatures'?: (_consilium_v1_PartSignatureInput)[];
}

export interface CoSignatures {
  'round': (string);
  'attempt': (number);
  'signatures': (_consilium_v1_PartSignature)[];
}
