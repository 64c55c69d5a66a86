// Original file: proto/consilium/v1/group_key.proto


export interface EpochKeyReceiptInput {
}

export interface EpochKeyReceipt {
}
