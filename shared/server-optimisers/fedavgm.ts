import type { ServerOptimiser } from './server-optimiser.ts';

/** Server momentum (Hsu, Qi and Brown 2019): v = momentum * v + mean; w + rate * v. The state is v. */
export function fedavgm({ learningRate, momentum }: { learningRate: number; momentum: number }): ServerOptimiser {
  return {
    initialState: (parameters) => new Float32Array(parameters),
    step({ weights, state, mean }) {
      const velocity = state.map((old, index) => momentum * old + (mean[index] as number));
      return {
        weights: weights.map((weight, index) => weight + learningRate * (velocity[index] as number)),
        state: velocity,
      };
    },
  };
}
