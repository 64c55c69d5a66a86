import { createHash } from 'node:crypto';
import { storageFailure } from '../../shared/errors/storage-failure.ts';
import { littleEndianBytes } from '../../shared/payloads/little-endian.ts';
import { encodeStatement } from '../../shared/statements/statement.ts';
import { readCheckpoint, writeCheckpoint, type TrainingState } from './training-checkpoint.ts';
import type { EngineDescription } from './training-engine.ts';
import type { CheckpointPlace, TrainingJob, TrainingRequest } from './training-job.ts';

/** Writing takes at most about a twentieth of the time. */
const longestShare = 1 / 20;

/** Keeps the state of one training from time to time, and knows it again after a restart. */
export class CheckpointKeeper {
  readonly #place: CheckpointPlace;
  readonly #training: string;
  #nextMs: number;

  /** @param training what trainingDigest says of it */
  constructor(place: CheckpointPlace, training: string) {
    this.#place = place;
    this.#training = training;
    this.#nextMs = performance.now() + place.everyMs;
  }

  find(): Promise<TrainingState | undefined> {
    return readCheckpoint(this.#place.folder, this.#training);
  }

  get isDue(): boolean {
    return performance.now() >= this.#nextMs;
  }

  /** @returns false when the disk does not take it: training goes on, and a restart goes back further */
  async keep(state: TrainingState): Promise<boolean> {
    const startedMs = performance.now();
    try {
      await writeCheckpoint(this.#place.folder, this.#training, state);
      return true;
    } catch (error) {
      if (!storageFailure(error)) throw error;
      return false;
    } finally {
      const endedMs = performance.now();
      this.#nextMs = endedMs + Math.max(this.#place.everyMs, (endedMs - startedMs) / longestShare);
    }
  }
}

/** SHA-256 in hex of everything from which a training's result follows: the engine, the job with its rows in their order, and the request. */
export function trainingDigest({ name, version, backend }: EngineDescription, job: TrainingJob, { weights, steps, randomnessKey }: TrainingRequest): string {
  const { train: { count, inputs, targets }, topology, losses, optimiser, batchSize, inputShape, targetWidths } = job;
  const settings = JSON.stringify({ topology, losses, optimiser, batchSize, inputShape, targetWidths, count });
  const hash = createHash('sha256').update(encodeStatement('consilium/training/v1', [['engine', [name, version, backend]], ['settings', settings], ['steps', steps], ['key', randomnessKey]]));
  for (const values of [weights, inputs, ...targets]) hash.update(littleEndianBytes(values));
  return hash.digest('hex');
}
