// Original file: proto/consilium/v1/decryption.proto


export interface SummedContributionInput {
  'site'?: (string);
  'digest'?: (string);
}

export interface SummedContribution {
  'site': (string);
  'digest': (string);
}
