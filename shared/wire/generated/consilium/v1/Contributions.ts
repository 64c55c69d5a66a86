// Original file: proto/consilium/v1/contribution.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ContributionChunkInput as _consilium_v1_ContributionChunkInput, ContributionChunk as _consilium_v1_ContributionChunk } from '../../consilium/v1/ContributionChunk.ts';
import type { ContributionReceiptInput as _consilium_v1_ContributionReceiptInput, ContributionReceipt as _consilium_v1_ContributionReceipt } from '../../consilium/v1/ContributionReceipt.ts';
import type { ContributionReferenceInput as _consilium_v1_ContributionReferenceInput, ContributionReference as _consilium_v1_ContributionReference } from '../../consilium/v1/ContributionReference.ts';
import type { HeldContributionInput as _consilium_v1_HeldContributionInput, HeldContribution as _consilium_v1_HeldContribution } from '../../consilium/v1/HeldContribution.ts';

export interface ContributionsClient extends grpc.Client {
  Held(argument: _consilium_v1_ContributionReferenceInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_HeldContribution>): grpc.ClientUnaryCall;
  Held(argument: _consilium_v1_ContributionReferenceInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_HeldContribution>): grpc.ClientUnaryCall;
  Held(argument: _consilium_v1_ContributionReferenceInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_HeldContribution>): grpc.ClientUnaryCall;
  Held(argument: _consilium_v1_ContributionReferenceInput, callback: grpc.requestCallback<_consilium_v1_HeldContribution>): grpc.ClientUnaryCall;
  held(argument: _consilium_v1_ContributionReferenceInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_HeldContribution>): grpc.ClientUnaryCall;
  held(argument: _consilium_v1_ContributionReferenceInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_HeldContribution>): grpc.ClientUnaryCall;
  held(argument: _consilium_v1_ContributionReferenceInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_HeldContribution>): grpc.ClientUnaryCall;
  held(argument: _consilium_v1_ContributionReferenceInput, callback: grpc.requestCallback<_consilium_v1_HeldContribution>): grpc.ClientUnaryCall;
  
  Upload(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_ContributionReceipt>): grpc.ClientWritableStream<_consilium_v1_ContributionChunkInput>;
  Upload(metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_ContributionReceipt>): grpc.ClientWritableStream<_consilium_v1_ContributionChunkInput>;
  Upload(options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_ContributionReceipt>): grpc.ClientWritableStream<_consilium_v1_ContributionChunkInput>;
  Upload(callback: grpc.requestCallback<_consilium_v1_ContributionReceipt>): grpc.ClientWritableStream<_consilium_v1_ContributionChunkInput>;
  upload(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_ContributionReceipt>): grpc.ClientWritableStream<_consilium_v1_ContributionChunkInput>;
  upload(metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_ContributionReceipt>): grpc.ClientWritableStream<_consilium_v1_ContributionChunkInput>;
  upload(options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_ContributionReceipt>): grpc.ClientWritableStream<_consilium_v1_ContributionChunkInput>;
  upload(callback: grpc.requestCallback<_consilium_v1_ContributionReceipt>): grpc.ClientWritableStream<_consilium_v1_ContributionChunkInput>;
  
}

export interface ContributionsHandlers extends grpc.UntypedServiceImplementation {
  Held: grpc.handleUnaryCall<_consilium_v1_ContributionReference, _consilium_v1_HeldContributionInput>;
  
  Upload: grpc.handleClientStreamingCall<_consilium_v1_ContributionChunk, _consilium_v1_ContributionReceiptInput>;
  
}

export interface ContributionsDefinition extends grpc.ServiceDefinition {
  Held: MethodDefinition<_consilium_v1_ContributionReferenceInput, _consilium_v1_HeldContributionInput, _consilium_v1_ContributionReference, _consilium_v1_HeldContribution>
  Upload: MethodDefinition<_consilium_v1_ContributionChunkInput, _consilium_v1_ContributionReceiptInput, _consilium_v1_ContributionChunk, _consilium_v1_ContributionReceipt>
}
