import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { EngineDescription, EngineName } from './training-engine.ts';
import type { PredictionRequest, StepTime, TrainingJob, TrainingProgress, TrainingRequest, TrainingResult } from './training-job.ts';

/** What a site agent asks of its trainer process. One call after the other; the answer names the call's number. */
export type TrainerCall =
  | { readonly kind: 'start'; readonly engine: EngineName; readonly threads?: number | undefined }
  | { readonly kind: 'prepare'; readonly job: TrainingJob }
  | { readonly kind: 'time' }
  | { readonly kind: 'train'; readonly request: TrainingRequest }
  | { readonly kind: 'predict'; readonly request: PredictionRequest };

/** What each call gives back. */
export interface TrainerResults {
  start: EngineDescription;
  prepare: undefined;
  time: StepTime;
  train: TrainingResult;
  predict: Float32Array[];
}

export type ToTrainer = { readonly kind: 'call'; readonly number: number; readonly call: TrainerCall } | { readonly kind: 'cancel'; readonly number: number };

export type FromTrainer =
  | { readonly kind: 'result'; readonly number: number; readonly result: TrainerResults[TrainerCall['kind']] }
  | { readonly kind: 'failure'; readonly number: number; readonly failure: TrainerFailure }
  | { readonly kind: 'progress'; readonly number: number; readonly progress: TrainingProgress }
  | { readonly kind: 'log'; readonly line: string };

/** An error on its way out of the trainer: nothing in it may hold a value from a patient row. */
export interface TrainerFailure {
  readonly code: ErrorCode;
  readonly detail: string;
  /** Where in the code it happened, for the log. */
  readonly stack: string;
}
