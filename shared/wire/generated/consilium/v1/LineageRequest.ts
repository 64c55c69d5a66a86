// Original file: proto/consilium/v1/model_version.proto


export interface LineageRequestInput {
  'run'?: (string);
  'digest'?: (string);
}

export interface LineageRequest {
  'run': (string);
  'digest': (string);
}
