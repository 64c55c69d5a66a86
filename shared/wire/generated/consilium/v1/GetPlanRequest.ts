// Original file: proto/consilium/v1/study.proto


export interface GetPlanRequestInput {
  'study'?: (string);
}

export interface GetPlanRequest {
  'study': (string);
}
