import type { Trainer } from '../site-agent/training/trainer.ts';
import type { TrainingJob } from '../site-agent/training/training-job.ts';

/**
 * Instead of training: answers with the base model plus the same change every time, and predicts the same for every row.
 * @param takeDelta called for each round; what it gives becomes the trainer's
 */
export function fixedDeltaTrainer(takeDelta: () => Promise<Float32Array>): Trainer {
  let job: TrainingJob | undefined;
  return {
    engine: { name: 'cpu', version: 'fixed delta', backend: 'none', threads: 1 },
    prepare: async (next) => void (job = next),
    train: async ({ weights, steps }) => {
      const delta = await takeDelta();
      for (let at = 0; at < delta.length; at++) delta[at]! += weights[at]!;
      return { weights: delta, steps, meanLoss: 0, resumedAtStep: 0 };
    },
    time: () => Promise.reject(new Error('Nothing is timed.')),
    predict: async ({ examples }) => job!.targetWidths.map((width) => new Float32Array(job![examples].count * width).fill(0.5)),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
