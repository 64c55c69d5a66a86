// Original file: proto/consilium/v1/enrolment.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DescribeReplyInput as _consilium_v1_DescribeReplyInput, DescribeReply as _consilium_v1_DescribeReply } from '../../consilium/v1/DescribeReply.ts';
import type { DescribeRequestInput as _consilium_v1_DescribeRequestInput, DescribeRequest as _consilium_v1_DescribeRequest } from '../../consilium/v1/DescribeRequest.ts';
import type { EnrolReplyInput as _consilium_v1_EnrolReplyInput, EnrolReply as _consilium_v1_EnrolReply } from '../../consilium/v1/EnrolReply.ts';
import type { EnrolRequestInput as _consilium_v1_EnrolRequestInput, EnrolRequest as _consilium_v1_EnrolRequest } from '../../consilium/v1/EnrolRequest.ts';

export interface EnrolmentClient extends grpc.Client {
  Describe(argument: _consilium_v1_DescribeRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DescribeReply>): grpc.ClientUnaryCall;
  Describe(argument: _consilium_v1_DescribeRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_DescribeReply>): grpc.ClientUnaryCall;
  Describe(argument: _consilium_v1_DescribeRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DescribeReply>): grpc.ClientUnaryCall;
  Describe(argument: _consilium_v1_DescribeRequestInput, callback: grpc.requestCallback<_consilium_v1_DescribeReply>): grpc.ClientUnaryCall;
  describe(argument: _consilium_v1_DescribeRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DescribeReply>): grpc.ClientUnaryCall;
  describe(argument: _consilium_v1_DescribeRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_DescribeReply>): grpc.ClientUnaryCall;
  describe(argument: _consilium_v1_DescribeRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DescribeReply>): grpc.ClientUnaryCall;
  describe(argument: _consilium_v1_DescribeRequestInput, callback: grpc.requestCallback<_consilium_v1_DescribeReply>): grpc.ClientUnaryCall;
  
  Enrol(argument: _consilium_v1_EnrolRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_EnrolReply>): grpc.ClientUnaryCall;
  Enrol(argument: _consilium_v1_EnrolRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_EnrolReply>): grpc.ClientUnaryCall;
  Enrol(argument: _consilium_v1_EnrolRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_EnrolReply>): grpc.ClientUnaryCall;
  Enrol(argument: _consilium_v1_EnrolRequestInput, callback: grpc.requestCallback<_consilium_v1_EnrolReply>): grpc.ClientUnaryCall;
  enrol(argument: _consilium_v1_EnrolRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_EnrolReply>): grpc.ClientUnaryCall;
  enrol(argument: _consilium_v1_EnrolRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_EnrolReply>): grpc.ClientUnaryCall;
  enrol(argument: _consilium_v1_EnrolRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_EnrolReply>): grpc.ClientUnaryCall;
  enrol(argument: _consilium_v1_EnrolRequestInput, callback: grpc.requestCallback<_consilium_v1_EnrolReply>): grpc.ClientUnaryCall;
  
}

export interface EnrolmentHandlers extends grpc.UntypedServiceImplementation {
  Describe: grpc.handleUnaryCall<_consilium_v1_DescribeRequest, _consilium_v1_DescribeReplyInput>;
  
  Enrol: grpc.handleUnaryCall<_consilium_v1_EnrolRequest, _consilium_v1_EnrolReplyInput>;
  
}

export interface EnrolmentDefinition extends grpc.ServiceDefinition {
  Describe: MethodDefinition<_consilium_v1_DescribeRequestInput, _consilium_v1_DescribeReplyInput, _consilium_v1_DescribeRequest, _consilium_v1_DescribeReply>
  Enrol: MethodDefinition<_consilium_v1_EnrolRequestInput, _consilium_v1_EnrolReplyInput, _consilium_v1_EnrolRequest, _consilium_v1_EnrolReply>
}
