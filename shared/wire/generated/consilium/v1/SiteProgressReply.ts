// Original file: proto/consilium/v1/site_link.proto


export interface SiteProgressReplyInput {
}

export interface SiteProgressReply {
}
