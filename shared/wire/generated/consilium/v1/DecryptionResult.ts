// Original file: proto/consilium/v1/decryption.proto

import type { PartResultInput as _consilium_v1_PartResultInput, PartResult as _consilium_v1_PartResult } from '../../consilium/v1/PartResult.ts';
import type { LedgerHeadInput as _consilium_v1_LedgerHeadInput, LedgerHead as _consilium_v1_LedgerHead } from '../../consilium/v1/LedgerHead.ts';

export interface DecryptionResultInput {
  'round'?: (string);
  'attempt'?: (number);
  'parts'?: (_consilium_v1_PartResultInput)[];
  'version'?: (string);
  'parametersHash'?: (string);
  'signature'?: (Buffer | Uint8Array | string);
  'ledgerHead'?: (_consilium_v1_LedgerHeadInput | null);
}

export interface DecryptionResult {
  'round': (string);
  'attempt': (number);
  'parts': (_consilium_v1_PartResult)[];
  'version': (string);
  'parametersHash': (string);
  'signature': (Buffer);
  'ledgerHead': (_consilium_v1_LedgerHead | null);
}
