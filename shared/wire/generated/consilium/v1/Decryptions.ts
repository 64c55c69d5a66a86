// Original file: proto/consilium/v1/decryption.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DecryptionReceiptInput as _consilium_v1_DecryptionReceiptInput, DecryptionReceipt as _consilium_v1_DecryptionReceipt } from '../../consilium/v1/DecryptionReceipt.ts';
import type { DecryptionReportInput as _consilium_v1_DecryptionReportInput, DecryptionReport as _consilium_v1_DecryptionReport } from '../../consilium/v1/DecryptionReport.ts';
import type { PayloadChunkInput as _consilium_v1_PayloadChunkInput, PayloadChunk as _consilium_v1_PayloadChunk } from '../../consilium/v1/PayloadChunk.ts';
import type { SumRequestInput as _consilium_v1_SumRequestInput, SumRequest as _consilium_v1_SumRequest } from '../../consilium/v1/SumRequest.ts';

export interface DecryptionsClient extends grpc.Client {
  DownloadSum(argument: _consilium_v1_SumRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_PayloadChunk>;
  DownloadSum(argument: _consilium_v1_SumRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_PayloadChunk>;
  downloadSum(argument: _consilium_v1_SumRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_PayloadChunk>;
  downloadSum(argument: _consilium_v1_SumRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_consilium_v1_PayloadChunk>;
  
  Report(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DecryptionReceipt>): grpc.ClientWritableStream<_consilium_v1_DecryptionReportInput>;
  Report(metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_DecryptionReceipt>): grpc.ClientWritableStream<_consilium_v1_DecryptionReportInput>;
  Report(options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DecryptionReceipt>): grpc.ClientWritableStream<_consilium_v1_DecryptionReportInput>;
  Report(callback: grpc.requestCallback<_consilium_v1_DecryptionReceipt>): grpc.ClientWritableStream<_consilium_v1_DecryptionReportInput>;
  report(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DecryptionReceipt>): grpc.ClientWritableStream<_consilium_v1_DecryptionReportInput>;
  report(metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_DecryptionReceipt>): grpc.ClientWritableStream<_consilium_v1_DecryptionReportInput>;
  report(options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_DecryptionReceipt>): grpc.ClientWritableStream<_consilium_v1_DecryptionReportInput>;
  report(callback: grpc.requestCallback<_consilium_v1_DecryptionReceipt>): grpc.ClientWritableStream<_consilium_v1_DecryptionReportInput>;
  
}

export interface DecryptionsHandlers extends grpc.UntypedServiceImplementation {
  DownloadSum: grpc.handleServerStreamingCall<_consilium_v1_SumRequest, _consilium_v1_PayloadChunkInput>;
  
  Report: grpc.handleClientStreamingCall<_consilium_v1_DecryptionReport, _consilium_v1_DecryptionReceiptInput>;
  
}

export interface DecryptionsDefinition extends grpc.ServiceDefinition {
  DownloadSum: MethodDefinition<_consilium_v1_SumRequestInput, _consilium_v1_PayloadChunkInput, _consilium_v1_SumRequest, _consilium_v1_PayloadChunk>
  Report: MethodDefinition<_consilium_v1_DecryptionReportInput, _consilium_v1_DecryptionReceiptInput, _consilium_v1_DecryptionReport, _consilium_v1_DecryptionReceipt>
}
