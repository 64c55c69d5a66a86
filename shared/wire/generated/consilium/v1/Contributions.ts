// Original file: proto/consilium/v1/contribution.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ContributionChunkInput as _consilium_v1_ContributionChunkInput, ContributionChunk as _consilium_v1_ContributionChunk } from '../../consilium/v1/ContributionChunk.ts';
import type { ContributionReceiptInput as _consilium_v1_ContributionReceiptInput, ContributionReceipt as _consilium_v1_ContributionReceipt } from '../../consilium/v1/ContributionReceipt.ts';

export interface ContributionsClient extends grpc.Client {
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
  Upload: grpc.handleClientStreamingCall<_consilium_v1_ContributionChunk, _consilium_v1_ContributionReceiptInput>;
  
}

export interface ContributionsDefinition extends grpc.ServiceDefinition {
  Upload: MethodDefinition<_consilium_v1_ContributionChunkInput, _consilium_v1_ContributionReceiptInput, _consilium_v1_ContributionChunk, _consilium_v1_ContributionReceipt>
}
