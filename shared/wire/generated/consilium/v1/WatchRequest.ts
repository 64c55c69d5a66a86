// Original file: proto/consilium/v1/site_link.proto


export interface WatchRequestInput {
  'agentVersion'?: (string);
  'engine'?: (string);
  'heldRuns'?: (string)[];
}

export interface WatchRequest {
  'agentVersion': (string);
  'engine': (string);
  'heldRuns': (string)[];
}
