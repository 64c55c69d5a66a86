// Original file: proto/consilium/v1/manifest.proto

import type { ManifestInput as _consilium_v1_ManifestInput, Manifest as _consilium_v1_Manifest } from '../../consilium/v1/Manifest.ts';
import type { MemberSignatureInput as _consilium_v1_MemberSignatureInput, MemberSignature as _consilium_v1_MemberSignature } from '../../consilium/v1/MemberSignature.ts';

export interface SignedManifestInput {
  'manifest'?: (_consilium_v1_ManifestInput | null);
  'signatures'?: (_consilium_v1_MemberSignatureInput)[];
}

export interface SignedManifest {
  'manifest': (_consilium_v1_Manifest | null);
  'signatures': (_consilium_v1_MemberSignature)[];
}
