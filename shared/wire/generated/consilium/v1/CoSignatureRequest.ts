// Original file: proto/consilium/v1/manifest.proto

import type { RoundGroundInput as _consilium_v1_RoundGroundInput, RoundGround as _consilium_v1_RoundGround } from '../../consilium/v1/RoundGround.ts';
import type { ManifestInput as _consilium_v1_ManifestInput, Manifest as _consilium_v1_Manifest } from '../../consilium/v1/Manifest.ts';

export interface CoSignatureRequestInput {
  'ground'?: (_consilium_v1_RoundGroundInput | null);
  'manifests'?: (_consilium_v1_ManifestInput)[];
}

export interface CoSignatureRequest {
  'ground': (_consilium_v1_RoundGround | null);
  'manifests': (_consilium_v1_Manifest)[];
}
