// Original file: proto/consilium/v1/decryption.proto

import type { DecryptionResultInput as _consilium_v1_DecryptionResultInput, DecryptionResult as _consilium_v1_DecryptionResult } from '../../consilium/v1/DecryptionResult.ts';
import type { LaneSumsInput as _consilium_v1_LaneSumsInput, LaneSums as _consilium_v1_LaneSums } from '../../consilium/v1/LaneSums.ts';

export interface DecryptionReportInput {
  'result'?: (_consilium_v1_DecryptionResultInput | null);
  'laneSums'?: (_consilium_v1_LaneSumsInput | null);
  'content'?: "result"|"laneSums";
}

export interface DecryptionReport {
  'result'?: (_consilium_v1_DecryptionResult | null);
  'laneSums'?: (_consilium_v1_LaneSums | null);
  'content'?: "result"|"laneSums";
}
