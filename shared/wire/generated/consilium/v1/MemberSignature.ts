// Original file: proto/consilium/v1/round.proto


export interface MemberSignatureInput {
  'site'?: (string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface MemberSignature {
  'site': (string);
  'signature': (Buffer);
}
