// Original file: proto/consilium/v1/decryption.proto


export interface DecryptionReceiptInput {
}

export interface DecryptionReceipt {
}
