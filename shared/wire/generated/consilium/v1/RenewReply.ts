// Original file: proto/consilium/v1/enrolment.proto


export interface RenewReplyInput {
  'certificateChain'?: (Buffer | Uint8Array | string)[];
}

export interface RenewReply {
  'certificateChain': (Buffer)[];
}
