/** Name and shape of one weight tensor, in the order of the flat weight vector. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Numbers in all tensors together: the length of the flat weight vector. */
export function parameterCount(tensors: readonly TensorSpec[]): number {
  return tensors.reduce((sum, tensor) => sum + elements(tensor), 0);
}

export function elements(tensor: TensorSpec): number {
  return tensor.shape.reduce((product, size) => product * size, 1);
}
