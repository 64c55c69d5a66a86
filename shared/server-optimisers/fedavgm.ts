import type { ServerOptimiser } from './server-optimiser.ts';

/** Server momentum (Hsu, Qi and Brown 2019): v = momentum * v + mean; w + rate * v. The state is v. */
export function fedavgm({ learningRate, momentum }: { learningRate: number; momentum: number }): ServerOptimiser {
  return {
    initialState: (parameters) => new Float32Array(parameters),
    step({ weights, state: velocity }, mean, from) {
      for (let index = 0; index < mean.length; index++) {
        const at = from + index;
        velocity[at] = momentum * velocity[at]! + mean[index]!;
        weights[at]! += learningRate * velocity[at]!;
      }
    },
  };
}
