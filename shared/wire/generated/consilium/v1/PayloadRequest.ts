// Original file: proto/consilium/v1/model_version.proto


export interface PayloadRequestInput {
  'run'?: (string);
  'digest'?: (string);
}

export interface PayloadRequest {
  'run': (string);
  'digest': (string);
}
