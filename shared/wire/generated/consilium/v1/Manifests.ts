// Original file: proto/consilium/v1/manifest.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CoSignaturesInput as _consilium_v1_CoSignaturesInput, CoSignatures as _consilium_v1_CoSignatures } from '../../consilium/v1/CoSignatures.ts';
import type { CoSignaturesReceiptInput as _consilium_v1_CoSignaturesReceiptInput, CoSignaturesReceipt as _consilium_v1_CoSignaturesReceipt } from '../../consilium/v1/CoSignaturesReceipt.ts';

export interface ManifestsClient extends grpc.Client {
  CoSign(argument: _consilium_v1_CoSignaturesInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_CoSignaturesReceipt>): grpc.ClientUnaryCall;
  CoSign(argument: _consilium_v1_CoSignaturesInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_CoSignaturesReceipt>): grpc.ClientUnaryCall;
  CoSign(argument: _consilium_v1_CoSignaturesInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_CoSignaturesReceipt>): grpc.ClientUnaryCall;
  CoSign(argument: _consilium_v1_CoSignaturesInput, callback: grpc.requestCallback<_consilium_v1_CoSignaturesReceipt>): grpc.ClientUnaryCall;
  coSign(argument: _consilium_v1_CoSignaturesInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_CoSignaturesReceipt>): grpc.ClientUnaryCall;
  coSign(argument: _consilium_v1_CoSignaturesInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_CoSignaturesReceipt>): grpc.ClientUnaryCall;
  coSign(argument: _consilium_v1_CoSignaturesInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_CoSignaturesReceipt>): grpc.ClientUnaryCall;
  coSign(argument: _consilium_v1_CoSignaturesInput, callback: grpc.requestCallback<_consilium_v1_CoSignaturesReceipt>): grpc.ClientUnaryCall;
  
}

export interface ManifestsHandlers extends grpc.UntypedServiceImplementation {
  CoSign: grpc.handleUnaryCall<_consilium_v1_CoSignatures, _consilium_v1_CoSignaturesReceiptInput>;
  
}

export interface ManifestsDefinition extends grpc.ServiceDefinition {
  CoSign: MethodDefinition<_consilium_v1_CoSignaturesInput, _consilium_v1_CoSignaturesReceiptInput, _consilium_v1_CoSignatures, _consilium_v1_CoSignaturesReceipt>
}
