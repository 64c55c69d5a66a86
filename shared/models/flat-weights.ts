import { elements, parameterCount, type TensorSpec } from './tensor-spec.ts';

/**
 * All weights of a model travel as one float32 vector: the tensors of its `weights` one after the other, each in
 * row-major order. That is every trainable tensor in layer order, then every one that is not trained, such as the
 * moving mean and variance of batch normalisation, which a federation averages as well.
 */
export function concatenateWeights(tensors: readonly Float32Array[]): Float32Array {
  const flat = new Float32Array(tensors.reduce((total, tensor) => total + tensor.length, 0));
  let at = 0;
  for (const tensor of tensors) {
    flat.set(tensor, at);
    at += tensor.length;
  }
  return flat;
}

/** The tensors of a flat weight vector, as views of it. Throws a RangeError when the length does not fit. */
export function splitWeights(flat: Float32Array, specs: readonly TensorSpec[]): Float32Array[] {
  const length = parameterCount(specs);
  if (flat.length !== length) throw new RangeError(`The model has ${length} weights, the vector ${flat.length}.`);
  let at = 0;
  return specs.map((spec) => flat.subarray(at, (at += elements(spec))));
}
