// Original file: proto/consilium/v1/decryption.proto


export interface SummedContributionInput {
  'site'?: (string);
  'digest'?: (string);
  'nonce'?: (Buffer | Uint8Array | string);
  'tag'?: (Buffer | Uint8Array | string);
}

export interface SummedContribution {
  'site': (string);
  'digest': (string);
  'nonce': (Buffer);
  'tag': (Buffer);
}
