// Original file: proto/consilium/v1/contribution.proto

import type { ContributionHeaderInput as _consilium_v1_ContributionHeaderInput, ContributionHeader as _consilium_v1_ContributionHeader } from '../../consilium/v1/ContributionHeader.ts';

export interface ContributionChunkInput {
  'header'?: (_consilium_v1_ContributionHeaderInput | null);
  'ciphertexts'?: (Buffer | Uint8Array | string);
  'content'?: "header"|"ciphertexts";
}

export interface ContributionChunk {
  'header'?: (_consilium_v1_ContributionHeader | null);
  'ciphertexts'?: (Buffer);
  'content'?: "header"|"ciphertexts";
}
