// Original file: proto/consilium/v1/model_version.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { LineageRequestInput as _consilium_v1_LineageRequestInput, LineageRequest as _consilium_v1_LineageRequest } from '../../consilium/v1/LineageRequest.ts';
import type { ModelVersionInput as _consilium_v1_ModelVersionInput, ModelVersion as _consilium_v1_ModelVersion } from '../../consilium/v1/ModelVersion.ts';
import type { PayloadChunkInput as _consilium_v1_PayloadChunkInput, PayloadChunk as _consilium_v1_PayloadChunk } from '../../consilium/v1/PayloadChunk.ts';
import type { PayloadRequestInput as _consilium_v1_PayloadRequestInput, PayloadRequest as _consilium_v1_PayloadRequest } from '../../consilium/v1/PayloadRequest.ts';

export interface ModelVersionsClient extends grpc.Client {
  Download(argument: _consilium_v1_PayloadRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_PayloadChunk>;
  Download(argument: _consilium_v1_PayloadRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_PayloadChunk>;
  download(argument: _consilium_v1_PayloadRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_PayloadChunk>;
  download(argument: _consilium_v1_PayloadRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_PayloadChunk>;
  
  Lineage(argument: _consilium_v1_LineageRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_ModelVersion>;
  Lineage(argument: _consilium_v1_LineageRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_ModelVersion>;
  lineage(argument: _consilium_v1_LineageRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_ModelVersion>;
  lineage(argument: _consilium_v1_LineageRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_ModelVersion>;
  
}

export interface ModelVersionsHandlers extends grpc.UntypedServiceImplementation {
  Download: grpc.handleServerStreamingCall<_consilium_v1_PayloadRequest, _consilium_v1_PayloadChunkInput>;
  
  Lineage: grpc.handleServerStreamingCall<_consilium_v1_LineageRequest, _consilium_v1_ModelVersionInput>;
  
}

export interface ModelVersionsDefinition extends grpc.ServiceDefinition {
  Download: MethodDefinition<_consilium_v1_PayloadRequestInput, _consilium_v1_PayloadChunkInput, _consilium_v1_PayloadRequest, _consilium_v1_PayloadChunk>
  Lineage: MethodDefinition<_consilium_v1_LineageRequestInput, _consilium_v1_ModelVersionInput, _consilium_v1_LineageRequest, _consilium_v1_ModelVersion>
}
