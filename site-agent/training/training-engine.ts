import type { Tensorflow } from '../../shared/models/tensorflow.ts';

export const engineNames = ['wasm', 'tfjs-node', 'cpu'] as const;
export type EngineName = (typeof engineNames)[number];

/** What is pinned for a run, so that all its rounds are trained alike. */
export interface EngineDescription {
  readonly name: EngineName;
  /** Version of the package that computes. */
  readonly version: string;
  /** The backend and its settings, for people. */
  readonly backend: string;
}

/** A way to compute: TensorFlow.js with one backend, which is the process's from then on. */
export interface TrainingEngine extends EngineDescription {
  readonly tensorflow: Tensorflow;
}

/** Rejects when the engine cannot run on this machine. */
export type EngineLoader = () => Promise<TrainingEngine>;
