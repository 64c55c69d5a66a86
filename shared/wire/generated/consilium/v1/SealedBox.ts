// Original file: proto/consilium/v1/group_key.proto


export interface SealedBoxInput {
  'recipient'?: (string);
  'encapsulation'?: (Buffer | Uint8Array | string);
  'ciphertext'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface SealedBox {
  'recipient': (string);
  'encapsulation': (Buffer);
  'ciphertext': (Buffer);
  'signature': (Buffer);
}
