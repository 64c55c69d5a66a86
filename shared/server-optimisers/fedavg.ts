import type { ServerOptimiser } from './server-optimiser.ts';

/** Federated averaging (McMahan et al. 2017), with the server learning rate of Reddi et al. 2021: w + rate * mean. */
export function fedavg({ learningRate }: { learningRate: number }): ServerOptimiser {
  return {
    initialState: () => new Float32Array(0),
    step: ({ weights, state, mean }) => {
      const next = new Float32Array(weights.length);
      for (let index = 0; index < next.length; index++) next[index] = (weights[index] as number) + learningRate * (mean[index] as number);
      return { weights: next, state };
    },
  };
}
