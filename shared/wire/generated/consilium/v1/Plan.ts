// Original file: proto/consilium/v1/study.proto


export interface PlanInput {
  'json'?: (Buffer | Uint8Array | string);
}

export interface Plan {
  'json': (Buffer);
}
