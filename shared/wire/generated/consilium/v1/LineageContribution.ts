// Original file: proto/consilium/v1/round.proto


export interface LineageContributionInput {
  'site'?: (string);
  'digest'?: (string);
}

export interface LineageContribution {
  'site': (string);
  'digest': (string);
}
