import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tensorflow } from '../../shared/models/tensorflow.ts';
import type { LossName } from '../../shared/studies/plan.ts';

/** Mean loss of a batch, a scalar, from targets and outputs of the same shape [rows, width]. */
type Loss = (core: Tensorflow['core'], target: Tensor, output: Tensor) => Tensor;

/** Keeps logarithms finite, as Keras does. */
const smallestProbability = 1e-7;

/** The losses as Keras defines them on probabilities: the model's last activation is sigmoid or softmax. */
export const losses: Record<LossName, Loss> = {
  binaryCrossentropy: (core, target, output) => {
    const probability = core.clipByValue(output, smallestProbability, 1 - smallestProbability);
    const positive = core.mul(target, core.log(probability));
    const negative = core.mul(core.sub(1, target), core.log(core.sub(1, probability)));
    return core.neg(core.mean(core.add(positive, negative)));
  },
  categoricalCrossentropy: (core, target, output) => {
    const share = core.div(output, core.sum(output, -1, true));
    const probability = core.clipByValue(share, smallestProbability, 1 - smallestProbability);
    return core.neg(core.mean(core.sum(core.mul(target, core.log(probability)), -1)));
  },
  meanSquaredError: (core, target, output) => core.mean(core.square(core.sub(output, target))),
  meanAbsoluteError: (core, target, output) => core.mean(core.abs(core.sub(output, target))),
  /** Quadratic up to an error of 1, linear beyond. */
  huberLoss: (core, target, output) => {
    const error = core.abs(core.sub(output, target));
    const quadratic = core.minimum(error, 1);
    return core.mean(core.add(core.mul(0.5, core.square(quadratic)), core.sub(error, quadratic)));
  },
};
