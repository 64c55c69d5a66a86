// Original file: proto/consilium/v1/roster.proto


export interface MemberInput {
  'site'?: (string);
  'signingKey'?: (Buffer | Uint8Array | string);
}

export interface Member {
  'site': (string);
  'signingKey': (Buffer);
}
