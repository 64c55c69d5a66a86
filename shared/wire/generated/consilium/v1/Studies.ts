// Original file: proto/consilium/v1/study.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetPlanRequestInput as _consilium_v1_GetPlanRequestInput, GetPlanRequest as _consilium_v1_GetPlanRequest } from '../../consilium/v1/GetPlanRequest.ts';
import type { PlanInput as _consilium_v1_PlanInput, Plan as _consilium_v1_Plan } from '../../consilium/v1/Plan.ts';
import type { StudyDecisionInput as _consilium_v1_StudyDecisionInput, StudyDecision as _consilium_v1_StudyDecision } from '../../consilium/v1/StudyDecision.ts';
import type { StudyDecisionReceiptInput as _consilium_v1_StudyDecisionReceiptInput, StudyDecisionReceipt as _consilium_v1_StudyDecisionReceipt } from '../../consilium/v1/StudyDecisionReceipt.ts';

export interface StudiesClient extends grpc.Client {
  Decide(argument: _consilium_v1_StudyDecisionInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_StudyDecisionReceipt>): grpc.ClientUnaryCall;
  Decide(argument: _consilium_v1_StudyDecisionInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_StudyDecisionReceipt>): grpc.ClientUnaryCall;
  Decide(argument: _consilium_v1_StudyDecisionInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_StudyDecisionReceipt>): grpc.ClientUnaryCall;
  Decide(argument: _consilium_v1_StudyDecisionInput, callback: grpc.requestCallback<_consilium_v1_StudyDecisionReceipt>): grpc.ClientUnaryCall;
  decide(argument: _consilium_v1_StudyDecisionInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_StudyDecisionReceipt>): grpc.ClientUnaryCall;
  decide(argument: _consilium_v1_StudyDecisionInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_StudyDecisionReceipt>): grpc.ClientUnaryCall;
  decide(argument: _consilium_v1_StudyDecisionInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_StudyDecisionReceipt>): grpc.ClientUnaryCall;
  decide(argument: _consilium_v1_StudyDecisionInput, callback: grpc.requestCallback<_consilium_v1_StudyDecisionReceipt>): grpc.ClientUnaryCall;
  
  GetPlan(argument: _consilium_v1_GetPlanRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_Plan>): grpc.ClientUnaryCall;
  GetPlan(argument: _consilium_v1_GetPlanRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_Plan>): grpc.ClientUnaryCall;
  GetPlan(argument: _consilium_v1_GetPlanRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_Plan>): grpc.ClientUnaryCall;
  GetPlan(argument: _consilium_v1_GetPlanRequestInput, callback: grpc.requestCallback<_consilium_v1_Plan>): grpc.ClientUnaryCall;
  getPlan(argument: _consilium_v1_GetPlanRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_Plan>): grpc.ClientUnaryCall;
  getPlan(argument: _consilium_v1_GetPlanRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_consilium_v1_Plan>): grpc.ClientUnaryCall;
  getPlan(argument: _consilium_v1_GetPlanRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_consilium_v1_Plan>): grpc.ClientUnaryCall;
  getPlan(argument: _consilium_v1_GetPlanRequestInput, callback: grpc.requestCallback<_consilium_v1_Plan>): grpc.ClientUnaryCall;
  
}

export interface StudiesHandlers extends grpc.UntypedServiceImplementation {
  Decide: grpc.handleUnaryCall<_consilium_v1_StudyDecision, _consilium_v1_StudyDecisionReceiptInput>;
  
  GetPlan: grpc.handleUnaryCall<_consilium_v1_GetPlanRequest, _consilium_v1_PlanInput>;
  
}

export interface StudiesDefinition extends grpc.ServiceDefinition {
  Decide: MethodDefinition<_consilium_v1_StudyDecisionInput, _consilium_v1_StudyDecisionReceiptInput, _consilium_v1_StudyDecision, _consilium_v1_StudyDecisionReceipt>
  GetPlan: MethodDefinition<_consilium_v1_GetPlanRequestInput, _consilium_v1_PlanInput, _consilium_v1_GetPlanRequest, _consilium_v1_Plan>
}
