// Original file: proto/consilium/v1/enrolment.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DescribeReplyInput as _consilium_v1_DescribeReplyInput, DescribeReply as _consilium_v1_DescribeReply } from '../../consilium/v1/DescribeReply.ts';
import type { DescribeRequestInput as _consilium_v1_DescribeRequestInput, DescribeRequest as _consilium_v1_DescribeRequest } from '../../consilium/v1/DescribeRequest.ts';
import type { EnrolReplyInput as _consilium_v1_EnrolReplyInput, EnrolReply as _consilium_v1_EnrolReply } from '../../consilium/v1/EnrolReply.ts';
import type { EnrolRequestInput as _consilium_v1_EnrolRequestInput, EnrolRequest as _consilium_v1_EnrolRequest } from '../../consilium/v1/EnrolRequest.ts';
import type { RenewReplyInput as _consilium_v1_RenewReplyInput, RenewReply as _consilium_v1_RenewReply } from '../../consilium/v1/RenewReply.ts';
import type { RenewRequestInput as _consilium_v1_RenewRequestInput, RenewRequest as _consilium_v1_RenewRequest } from '../../consilium/v1/RenewRequest.ts';

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
  
  Renew(argument: _consilium_v1_RenewRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_RenewReply>): grpc.ClientUnaryCall;
  Renew(argument: _consilium_v1_RenewRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_RenewReply>): grpc.ClientUnaryCall;
  Renew(argument: _consilium_v1_RenewRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_RenewReply>): grpc.ClientUnaryCall;
  Renew(argument: _consilium_v1_RenewRequestInput, callback: grpc.requestCallback<_consilium_v1_RenewReply>): grpc.ClientUnaryCall;
  renew(argument: _consilium_v1_RenewRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_RenewReply>): grpc.ClientUnaryCall;
  renew(argument: _consilium_v1_RenewRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_RenewReply>): grpc.ClientUnaryCall;
  renew(argument: _consilium_v1_RenewRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_RenewReply>): grpc.ClientUnaryCall;
  renew(argument: _consilium_v1_RenewRequestInput, callback: grpc.requestCallback<_consilium_v1_RenewReply>): grpc.ClientUnaryCall;
  
}

export interface EnrolmentHandlers extends grpc.UntypedServiceImplementation {
  Describe: grpc.handleUnaryCall<_consilium_v1_DescribeRequest, _consilium_v1_DescribeReplyInput>;
  
  Enrol: grpc.handleUnaryCall<_consilium_v1_EnrolRequest, _consilium_v1_EnrolReplyInput>;
  
  Renew: grpc.handleUnaryCall<_consilium_v1_RenewRequest, _consilium_v1_RenewReplyInput>;
  
}

export interface EnrolmentDefinition extends grpc.ServiceDefinition {
  Describe: MethodDefinition<_consilium_v1_DescribeRequestInput, _consilium_v1_DescribeReplyInput, _consilium_v1_DescribeRequest, _consilium_v1_DescribeReply>
  Enrol: MethodDefinition<_consilium_v1_EnrolRequestInput, _consilium_v1_EnrolReplyInput, _consilium_v1_EnrolRequest, _consilium_v1_EnrolReply>
  Renew: MethodDefinition<_consilium_v1_RenewRequestInput, _consilium_v1_RenewReplyInput, _consilium_v1_RenewRequest, _consilium_v1_RenewReply>
}
