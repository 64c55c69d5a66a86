// Original file: proto/consilium/v1/model_version.proto


export interface PayloadChunkInput {
  'bytes'?: (Buffer | Uint8Array | string);
}

export interface PayloadChunk {
  'bytes': (Buffer);
}
