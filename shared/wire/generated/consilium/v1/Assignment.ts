// Original file: proto/consilium/v1/site_link.proto

import type { EpochKeyRequestInput as _consilium_v1_EpochKeyRequestInput, EpochKeyRequest as _consilium_v1_EpochKeyRequest } from '../../consilium/v1/EpochKeyRequest.ts';
import type { GroupKeyRequestInput as _consilium_v1_GroupKeyRequestInput, GroupKeyRequest as _consilium_v1_GroupKeyRequest } from '../../consilium/v1/GroupKeyRequest.ts';
import type { SealedGroupKeyInput as _consilium_v1_SealedGroupKeyInput, SealedGroupKey as _consilium_v1_SealedGroupKey } from '../../consilium/v1/SealedGroupKey.ts';
import type { RoundOfferInput as _consilium_v1_RoundOfferInput, RoundOffer as _consilium_v1_RoundOffer } from '../../consilium/v1/RoundOffer.ts';
import type { DecryptionRequestInput as _consilium_v1_DecryptionRequestInput, DecryptionRequest as _consilium_v1_DecryptionRequest } from '../../consilium/v1/DecryptionRequest.ts';
import type { RunEndInput as _consilium_v1_RunEndInput, RunEnd as _consilium_v1_RunEnd } from '../../consilium/v1/RunEnd.ts';
import type { StudyProposalInput as _consilium_v1_StudyProposalInput, StudyProposal as _consilium_v1_StudyProposal } from '../../consilium/v1/StudyProposal.ts';
import type { CoSignatureRequestInput as _consilium_v1_CoSignatureRequestInput, CoSignatureRequest as _consilium_v1_CoSignatureRequest } from '../../consilium/v1/CoSignatureRequest.ts';
import type { EpochClosingRequestInput as _consilium_v1_EpochClosingRequestInput, EpochClosingRequest as _consilium_v1_EpochClosingRequest } from '../../consilium/v1/EpochClosingRequest.ts';

export interface AssignmentInput {
  'id'?: (string);
  'epochKey'?: (_consilium_v1_EpochKeyRequestInput | null);
  'groupKey'?: (_consilium_v1_GroupKeyRequestInput | null);
  'sealedGroupKey'?: (_consilium_v1_SealedGroupKeyInput | null);
  'round'?: (_consilium_v1_RoundOfferInput | null);
  'decryption'?: (_consilium_v1_DecryptionRequestInput | null);
  'runEnd'?: (_consilium_v1_RunEndInput | null);
  'studyProposal'?: (_consilium_v1_StudyProposalInput | null);
  'coSignature'?: (_consilium_v1_CoSignatureRequestInput | null);
  'epochClosing'?: (_consilium_v1_EpochClosingRequestInput | null);
  'work'?: "epochKey"|"groupKey"|"sealedGroupKey"|"round"|"decryption"|"runEnd"|"studyProposal"|"coSignature"|"epochClosing";
}

export interface Assignment {
  'id': (string);
  'epochKey'?: (_consilium_v1_EpochKeyRequest | null);
  'groupKey'?: (_consilium_v1_GroupKeyRequest | null);
  'sealedGroupKey'?: (_consilium_v1_SealedGroupKey | null);
  'round'?: (_consilium_v1_RoundOffer | null);
  'decryption'?: (_consilium_v1_DecryptionRequest | null);
  'runEnd'?: (_consilium_v1_RunEnd | null);
  'studyProposal'?: (_consilium_v1_StudyProposal | null);
  'coSignature'?: (_consilium_v1_CoSignatureRequest | null);
  'epochClosing'?: (_consilium_v1_EpochClosingRequest | null);
  'work'?: "epochKey"|"groupKey"|"sealedGroupKey"|"round"|"decryption"|"runEnd"|"studyProposal"|"coSignature"|"epochClosing";
}
