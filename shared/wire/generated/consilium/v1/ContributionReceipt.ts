// Original file: proto/consilium/v1/contribution.proto


export interface ContributionReceiptInput {
  'digest'?: (string);
}

export interface ContributionReceipt {
  'digest': (string);
}
