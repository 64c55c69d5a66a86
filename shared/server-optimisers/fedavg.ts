import type { ServerOptimiser } from './server-optimiser.ts';

/** Federated averaging (McMahan et al. 2017), with the server learning rate of Reddi et al. 2021: w + rate * mean. */
export function fedavg({ learningRate }: { learningRate: number }): ServerOptimiser {
  return {
    initialState: () => new Float32Array(0),
    step({ weights }, mean, from) {
      for (let index = 0; index < mean.length; index++) weights[from + index]! += learningRate * mean[index]!;
    },
  };
}
