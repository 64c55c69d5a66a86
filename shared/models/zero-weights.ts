import type { serialization } from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import type { Tensorflow } from './tensorflow.ts';

/** Largest model: in float32, 763 MiB. */
export const mostParameters = 200_000_000;

export class TooManyParameters extends RangeError {
  constructor() {
    super(`the model has more than ${mostParameters} parameters`);
    this.name = 'TooManyParameters';
  }
}

type AddWeight = (name: string, shape: readonly number[], dtype: unknown, initialiser: serialization.Serializable, ...rest: unknown[]) => LayerVariable;

/**
 * Runs a synchronous action during which every weight that a layer takes starts as zeros and is added to `weights`:
 * TensorFlow.js would draw them all, for millions of parameters, where only their shapes are asked for. Throws
 * TooManyParameters before it takes memory for them.
 */
export function withZeroWeights<Result>({ layers }: Tensorflow, weights: LayerVariable[], action: () => Result): Result {
  const prototype = layers.layers.Layer.prototype as unknown as { addWeight: AddWeight };
  const { addWeight } = prototype;
  const zeros = layers.initializers.zeros();
  let parameters = 0;
  prototype.addWeight = function (name, shape, dtype, initialiser, ...rest) {
    parameters += shape.reduce((product, size) => product * size, 1);
    // Not `>`: sizes that overflow give NaN.
    if (!(parameters <= mostParameters)) throw new TooManyParameters();
    const square = shape.length === 2 && shape[0] === shape[1];
    if (initialiser.getClassName() === 'Identity' && !square) throw new RangeError(`"${name}" is no square matrix, as the Identity initialiser needs`);
    const weight = addWeight.call(this, name, shape, dtype, zeros, ...rest);
    weights.push(weight);
    return weight;
  };
  try {
    return action();
  } finally {
    prototype.addWeight = addWeight;
  }
}
