// Original file: proto/consilium/v1/manifest.proto


export interface CoSignaturesReceiptInput {
}

export interface CoSignaturesReceipt {
}
