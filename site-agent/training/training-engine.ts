import type { Tensorflow } from '../../shared/models/tensorflow.ts';

export const engineNames = ['wasm', 'tfjs-node', 'cpu'] as const;
export type EngineName = (typeof engineNames)[number];

/** What site.json may ask for. `auto` takes the engine that is faster with the study's model. */
export type EngineChoice = 'auto' | EngineName;

/** What is pinned for a run, so that all its rounds are trained alike. */
export interface EngineDescription {
  readonly name: EngineName;
  /** Version of the package that computes. */
  readonly version: string;
  /** The backend and its settings, for people. */
  readonly backend: string;
  readonly threads: number;
}

/** A way to compute: TensorFlow.js with one backend, which is the process's from then on. */
export interface TrainingEngine extends EngineDescription {
  readonly tensorflow: Tensorflow;
}

/**
 * Rejects when the engine cannot run on this machine.
 * @param threads how many to compute with, for an engine that uses several; without it, as many as the machine has
 */
export type EngineLoader = (threads?: number) => Promise<TrainingEngine>;

/** `tfjs-node 4.22.0 (TensorFlow 2.10.1, 2 threads)` */
export function engineText({ name, version, backend, threads }: EngineDescription): string {
  return `${name} ${version} (${backend}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`;
}
