import type { ServerOptimiser } from './server-optimiser.ts';

/** Federated averaging (McMahan et al. 2017), with the server learning rate of Reddi et al. 2021: w + rate * mean. */
export function fedavg({ learningRate }: { learningRate: number }): ServerOptimiser {
  return {
    initialState: () => new Float32Array(0),
    step: ({ weights, state, mean }) => ({
      weights: weights.map((weight, index) => weight + learningRate * (mean[index] as number)),
      state,
    }),
  };
}
