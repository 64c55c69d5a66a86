// Original file: proto/consilium/v1/group_key.proto


export interface MemberEpochKeyInput {
  'site'?: (string);
  'publicKey'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface MemberEpochKey {
  'site': (string);
  'publicKey': (Buffer);
  'signature': (Buffer);
}
