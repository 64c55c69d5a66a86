// Original file: proto/consilium/v1/group_key.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { EpochClosingSignatureInput as _consilium_v1_EpochClosingSignatureInput, EpochClosingSignature as _consilium_v1_EpochClosingSignature } from '../../consilium/v1/EpochClosingSignature.ts';
import type { EpochKeyOfferInput as _consilium_v1_EpochKeyOfferInput, EpochKeyOffer as _consilium_v1_EpochKeyOffer } from '../../consilium/v1/EpochKeyOffer.ts';
import type { EpochKeyReceiptInput as _consilium_v1_EpochKeyReceiptInput, EpochKeyReceipt as _consilium_v1_EpochKeyReceipt } from '../../consilium/v1/EpochKeyReceipt.ts';
import type { GroupKeyConfirmationInput as _consilium_v1_GroupKeyConfirmationInput, GroupKeyConfirmation as _consilium_v1_GroupKeyConfirmation } from '../../consilium/v1/GroupKeyConfirmation.ts';
import type { GroupKeyDepositInput as _consilium_v1_GroupKeyDepositInput, GroupKeyDeposit as _consilium_v1_GroupKeyDeposit } from '../../consilium/v1/GroupKeyDeposit.ts';
import type { GroupKeyReceiptInput as _consilium_v1_GroupKeyReceiptInput, GroupKeyReceipt as _consilium_v1_GroupKeyReceipt } from '../../consilium/v1/GroupKeyReceipt.ts';

export interface GroupKeysClient extends grpc.Client {
  CloseEpoch(argument: _consilium_v1_EpochClosingSignatureInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  CloseEpoch(argument: _consilium_v1_EpochClosingSignatureInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  CloseEpoch(argument: _consilium_v1_EpochClosingSignatureInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  CloseEpoch(argument: _consilium_v1_EpochClosingSignatureInput, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  closeEpoch(argument: _consilium_v1_EpochClosingSignatureInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  closeEpoch(argument: _consilium_v1_EpochClosingSignatureInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  closeEpoch(argument: _consilium_v1_EpochClosingSignatureInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  closeEpoch(argument: _consilium_v1_EpochClosingSignatureInput, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  
  ConfirmGroupKey(argument: _consilium_v1_GroupKeyConfirmationInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  ConfirmGroupKey(argument: _consilium_v1_GroupKeyConfirmationInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  ConfirmGroupKey(argument: _consilium_v1_GroupKeyConfirmationInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  ConfirmGroupKey(argument: _consilium_v1_GroupKeyConfirmationInput, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  confirmGroupKey(argument: _consilium_v1_GroupKeyConfirmationInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  confirmGroupKey(argument: _consilium_v1_GroupKeyConfirmationInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  confirmGroupKey(argument: _consilium_v1_GroupKeyConfirmationInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  confirmGroupKey(argument: _consilium_v1_GroupKeyConfirmationInput, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  
  DepositGroupKey(argument: _consilium_v1_GroupKeyDepositInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  DepositGroupKey(argument: _consilium_v1_GroupKeyDepositInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  DepositGroupKey(argument: _consilium_v1_GroupKeyDepositInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  DepositGroupKey(argument: _consilium_v1_GroupKeyDepositInput, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  depositGroupKey(argument: _consilium_v1_GroupKeyDepositInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  depositGroupKey(argument: _consilium_v1_GroupKeyDepositInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  depositGroupKey(argument: _consilium_v1_GroupKeyDepositInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  depositGroupKey(argument: _consilium_v1_GroupKeyDepositInput, callback: grpc.requestCallback<_consilium_v1_GroupKeyReceipt>): grpc.ClientUnaryCall;
  
  OfferEpochKey(argument: _consilium_v1_EpochKeyOfferInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_EpochKeyReceipt>): grpc.ClientUnaryCall;
  OfferEpochKey(argument: _consilium_v1_EpochKeyOfferInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_EpochKeyReceipt>): grpc.ClientUnaryCall;
  OfferEpochKey(argument: _consilium_v1_EpochKeyOfferInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_EpochKeyReceipt>): grpc.ClientUnaryCall;
  OfferEpochKey(argument: _consilium_v1_EpochKeyOfferInput, callback: grpc.requestCallback<_consilium_v1_EpochKeyReceipt>): grpc.ClientUnaryCall;
  offerEpochKey(argument: _consilium_v1_EpochKeyOfferInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_EpochKeyReceipt>): grpc.ClientUnaryCall;
  offerEpochKey(argument: _consilium_v1_EpochKeyOfferInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_EpochKeyReceipt>): grpc.ClientUnaryCall;
  offerEpochKey(argument: _consilium_v1_EpochKeyOfferInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_EpochKeyReceipt>): grpc.ClientUnaryCall;
  offerEpochKey(argument: _consilium_v1_EpochKeyOfferInput, callback: grpc.requestCallback<_consilium_v1_EpochKeyReceipt>): grpc.ClientUnaryCall;
  
}

export interface GroupKeysHandlers extends grpc.UntypedServiceImplementation {
  CloseEpoch: grpc.handleUnaryCall<_consilium_v1_EpochClosingSignature, _consilium_v1_GroupKeyReceiptInput>;
  
  ConfirmGroupKey: grpc.handleUnaryCall<_consilium_v1_GroupKeyConfirmation, _consilium_v1_GroupKeyReceiptInput>;
  
  DepositGroupKey: grpc.handleUnaryCall<_consilium_v1_GroupKeyDeposit, _consilium_v1_GroupKeyReceiptInput>;
  
  OfferEpochKey: grpc.handleUnaryCall<_consilium_v1_EpochKeyOffer, _consilium_v1_EpochKeyReceiptInput>;
  
}

export interface GroupKeysDefinition extends grpc.ServiceDefinition {
  CloseEpoch: MethodDefinition<_consilium_v1_EpochClosingSignatureInput, _consilium_v1_GroupKeyReceiptInput, _consilium_v1_EpochClosingSignature, _consilium_v1_GroupKeyReceipt>
  ConfirmGroupKey: MethodDefinition<_consilium_v1_GroupKeyConfirmationInput, _consilium_v1_GroupKeyReceiptInput, _consilium_v1_GroupKeyConfirmation, _consilium_v1_GroupKeyReceipt>
  DepositGroupKey: MethodDefinition<_consilium_v1_GroupKeyDepositInput, _consilium_v1_GroupKeyReceiptInput, _consilium_v1_GroupKeyDeposit, _consilium_v1_GroupKeyReceipt>
  OfferEpochKey: MethodDefinition<_consilium_v1_EpochKeyOfferInput, _consilium_v1_EpochKeyReceiptInput, _consilium_v1_EpochKeyOffer, _consilium_v1_EpochKeyReceipt>
}
