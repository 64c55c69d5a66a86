// Original file: proto/consilium/v1/manifest.proto


export interface ManifestContributionInput {
  'site'?: (string);
  'digest'?: (string);
  'nonce'?: (Buffer | Uint8Array | string);
  'tag'?: (Buffer | Uint8Array | string);
}

export interface ManifestContribution {
  'site': (string);
  'digest': (string);
  'nonce': (Buffer);
  'tag': (Buffer);
}
