// Original file: proto/consilium/v1/decryption.proto

import type { RoundGroundInput as _consilium_v1_RoundGroundInput, RoundGround as _consilium_v1_RoundGround } from '../../consilium/v1/RoundGround.ts';
import type { SignedManifestInput as _consilium_v1_SignedManifestInput, SignedManifest as _consilium_v1_SignedManifest } from '../../consilium/v1/SignedManifest.ts';

export interface DecryptionRequestInput {
  'ground'?: (_consilium_v1_RoundGroundInput | null);
  'manifests'?: (_consilium_v1_SignedManifestInput)[];
  'returnSums'?: (boolean);
}

export interface DecryptionRequest {
  'ground': (_consilium_v1_RoundGround | null);
  'manifests': (_consilium_v1_SignedManifest)[];
  'returnSums': (boolean);
}
