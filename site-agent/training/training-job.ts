import type { StudyPlan } from '../../shared/studies/plan.ts';
import type { Examples } from '../../shared/datasets/examples.ts';
import type { Topology } from '../../shared/models/topology.ts';

/** All that a trainer needs to know of a study and a site's data: inputs normalised, nothing missing. */
export interface TrainingJob {
  readonly topology: Topology;
  readonly losses: StudyPlan['training']['losses'];
  readonly optimiser: StudyPlan['training']['optimiser'];
  readonly batchSize: number;
  /** Shape of one example, without the batch. */
  readonly inputShape: readonly number[];
  /** Units of each output, one output for each target. */
  readonly targetWidths: readonly number[];
  readonly train: Examples;
  readonly test: Examples;
}

export interface TrainingRequest {
  /** Flat weights (see shared/models/flat-weights.ts) from which training starts, with fresh optimiser state. */
  readonly weights: Float32Array;
  readonly steps: number;
  /** 32 bytes. The same key, weights and engine give the same result, bit for bit. */
  readonly randomnessKey: Uint8Array;
  /** Where the training keeps its state from time to time; one that is found there is gone on with, to the same result. */
  readonly checkpoint?: CheckpointPlace | undefined;
}

export interface CheckpointPlace {
  /** Of this training alone. */
  readonly folder: string;
  /** At most this often, and less often where writing takes long. */
  readonly everyMs: number;
}

export interface TrainingResult {
  readonly weights: Float32Array;
  readonly steps: number;
  /** Mean over the steps of the batch's loss before the step, with the penalties of regularisers. */
  readonly meanLoss: number;
  /** Steps that were done before, in another process; 0 when it began anew. */
  readonly resumedAtStep: number;
}

export interface TrainingProgress {
  /** Steps done. */
  readonly step: number;
  /** Loss of the last batch. */
  readonly loss: number;
}

export interface StepTime {
  readonly stepMs: number;
}

export interface PredictionRequest {
  readonly weights: Float32Array;
  readonly examples: 'train' | 'test';
}
