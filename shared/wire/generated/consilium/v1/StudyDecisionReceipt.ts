// Original file: proto/consilium/v1/study.proto


export interface StudyDecisionReceiptInput {
}

export interface StudyDecisionReceipt {
}
