// Original file: proto/consilium/v1/site_link.proto


export interface DeclineReplyInput {
}

export interface DeclineReply {
}
