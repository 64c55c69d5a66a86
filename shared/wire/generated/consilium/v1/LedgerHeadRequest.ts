// Original file: proto/consilium/v1/ledger.proto


export interface LedgerHeadRequestInput {
}

export interface LedgerHeadRequest {
}
