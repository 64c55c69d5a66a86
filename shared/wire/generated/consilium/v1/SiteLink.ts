// Original file: proto/consilium/v1/site_link.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AssignmentInput as _consilium_v1_AssignmentInput, Assignment as _consilium_v1_Assignment } from '../../consilium/v1/Assignment.ts';
import type { DeclineReplyInput as _consilium_v1_DeclineReplyInput, DeclineReply as _consilium_v1_DeclineReply } from '../../consilium/v1/DeclineReply.ts';
import type { DeclineRequestInput as _consilium_v1_DeclineRequestInput, DeclineRequest as _consilium_v1_DeclineRequest } from '../../consilium/v1/DeclineRequest.ts';
import type { SiteProgressInput as _consilium_v1_SiteProgressInput, SiteProgress as _consilium_v1_SiteProgress } from '../../consilium/v1/SiteProgress.ts';
import type { SiteProgressReplyInput as _consilium_v1_SiteProgressReplyInput, SiteProgressReply as _consilium_v1_SiteProgressReply } from '../../consilium/v1/SiteProgressReply.ts';
import type { WatchRequestInput as _consilium_v1_WatchRequestInput, WatchRequest as _consilium_v1_WatchRequest } from '../../consilium/v1/WatchRequest.ts';

export interface SiteLinkClient extends grpc.Client {
  Decline(argument: _consilium_v1_DeclineRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DeclineReply>): grpc.ClientUnaryCall;
  Decline(argument: _consilium_v1_DeclineRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_DeclineReply>): grpc.ClientUnaryCall;
  Decline(argument: _consilium_v1_DeclineRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DeclineReply>): grpc.ClientUnaryCall;
  Decline(argument: _consilium_v1_DeclineRequestInput, callback: grpc.requestCallback<_consilium_v1_DeclineReply>): grpc.ClientUnaryCall;
  decline(argument: _consilium_v1_DeclineRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DeclineReply>): grpc.ClientUnaryCall;
  decline(argument: _consilium_v1_DeclineRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_DeclineReply>): grpc.ClientUnaryCall;
  decline(argument: _consilium_v1_DeclineRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DeclineReply>): grpc.ClientUnaryCall;
  decline(argument: _consilium_v1_DeclineRequestInput, callback: grpc.requestCallback<_consilium_v1_DeclineReply>): grpc.ClientUnaryCall;
  
  TellProgress(argument: _consilium_v1_SiteProgressInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_SiteProgressReply>): grpc.ClientUnaryCall;
  TellProgress(argument: _consilium_v1_SiteProgressInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_SiteProgressReply>): grpc.ClientUnaryCall;
  TellProgress(argument: _consilium_v1_SiteProgressInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_SiteProgressReply>): grpc.ClientUnaryCall;
  TellProgress(argument: _consilium_v1_SiteProgressInput, callback: grpc.requestCallback<_consilium_v1_SiteProgressReply>): grpc.ClientUnaryCall;
  tellProgress(argument: _consilium_v1_SiteProgressInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_SiteProgressReply>): grpc.ClientUnaryCall;
  tellProgress(argument: _consilium_v1_SiteProgressInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_SiteProgressReply>): grpc.ClientUnaryCall;
  tellProgress(argument: _consilium_v1_SiteProgressInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_SiteProgressReply>): grpc.ClientUnaryCall;
  tellProgress(argument: _consilium_v1_SiteProgressInput, callback: grpc.requestCallback<_consilium_v1_SiteProgressReply>): grpc.ClientUnaryCall;
  
  Watch(argument: _consilium_v1_WatchRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_Assignment>;
  Watch(argument: _consilium_v1_WatchRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_Assignment>;
  watch(argument: _consilium_v1_WatchRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_Assignment>;
  watch(argument: _consilium_v1_WatchRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_Assignment>;
  
}

export interface SiteLinkHandlers extends grpc.UntypedServiceImplementation {
  Decline: grpc.handleUnaryCall<_consilium_v1_DeclineRequest, _consilium_v1_DeclineReplyInput>;
  
  TellProgress: grpc.handleUnaryCall<_consilium_v1_SiteProgress, _consilium_v1_SiteProgressReplyInput>;
  
  Watch: grpc.handleServerStreamingCall<_consilium_v1_WatchRequest, _consilium_v1_AssignmentInput>;
  
}

export interface SiteLinkDefinition extends grpc.ServiceDefinition {
  Decline: MethodDefinition<_consilium_v1_DeclineRequestInput, _consilium_v1_DeclineReplyInput, _consilium_v1_DeclineRequest, _consilium_v1_DeclineReply>
  TellProgress: MethodDefinition<_consilium_v1_SiteProgressInput, _consilium_v1_SiteProgressReplyInput, _consilium_v1_SiteProgress, _consilium_v1_SiteProgressReply>
  Watch: MethodDefinition<_consilium_v1_WatchRequestInput, _consilium_v1_AssignmentInput, _consilium_v1_WatchRequest, _consilium_v1_Assignment>
}
