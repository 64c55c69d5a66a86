// Original file: proto/consilium/v1/enrolment.proto

import type { Long } from '@grpc/proto-loader';

export interface DescribeReplyInput {
  'federationId'?: (string);
  'federationName'?: (string);
  'timeMs'?: (number | string | Long);
  'caller'?: (string);
}

export interface DescribeReply {
  'federationId': (string);
  'federationName': (string);
  'timeMs': (number);
  'caller': (string);
}
