// Original file: proto/consilium/v1/site_link.proto


export interface RunEndInput {
  'run'?: (string);
}

export interface RunEnd {
  'run': (string);
}
