// Original file: proto/consilium/v1/site_link.proto


export interface DeclineRequestInput {
  'assignment'?: (string);
  'run'?: (string);
  'code'?: (string);
}

export interface DeclineRequest {
  'assignment': (string);
  'run': (string);
  'code': (string);
}
