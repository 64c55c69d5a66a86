// Original file: proto/consilium/v1/ledger.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { LedgerHeadRequestInput as _consilium_v1_LedgerHeadRequestInput, LedgerHeadRequest as _consilium_v1_LedgerHeadRequest } from '../../consilium/v1/LedgerHeadRequest.ts';
import type { LedgerReceiptInput as _consilium_v1_LedgerReceiptInput, LedgerReceipt as _consilium_v1_LedgerReceipt } from '../../consilium/v1/LedgerReceipt.ts';

export interface LedgersClient extends grpc.Client {
  Head(argument: _consilium_v1_LedgerHeadRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_LedgerReceipt>): grpc.ClientUnaryCall;
  Head(argument: _consilium_v1_LedgerHeadRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_LedgerReceipt>): grpc.ClientUnaryCall;
  Head(argument: _consilium_v1_LedgerHeadRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_LedgerReceipt>): grpc.ClientUnaryCall;
  Head(argument: _consilium_v1_LedgerHeadRequestInput, callback: grpc.requestCallback<_consilium_v1_LedgerReceipt>): grpc.ClientUnaryCall;
  head(argument: _consilium_v1_LedgerHeadRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_LedgerReceipt>): grpc.ClientUnaryCall;
  head(argument: _consilium_v1_LedgerHeadRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_LedgerReceipt>): grpc.ClientUnaryCall;
  head(argument: _consilium_v1_LedgerHeadRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_LedgerReceipt>): grpc.ClientUnaryCall;
  head(argument: _consilium_v1_LedgerHeadRequestInput, callback: grpc.requestCallback<_consilium_v1_LedgerReceipt>): grpc.ClientUnaryCall;
  
}

export interface LedgersHandlers extends grpc.UntypedServiceImplementation {
  Head: grpc.handleUnaryCall<_consilium_v1_LedgerHeadRequest, _consilium_v1_LedgerReceiptInput>;
  
}

export interface LedgersDefinition extends grpc.ServiceDefinition {
  Head: MethodDefinition<_consilium_v1_LedgerHeadRequestInput, _consilium_v1_LedgerReceiptInput, _consilium_v1_LedgerHeadRequest, _consilium_v1_LedgerReceipt>
}
