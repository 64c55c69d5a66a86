/** Name and shape of one weight tensor, in the order of the flat weight vector. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

export function elements(tensor: TensorSpec): number {
  return tensor.shape.reduce((product, size) => product * size, 1);
}
