/** Rows of a data set as numbers, in file order. */
export interface Examples {
  readonly count: number;
  /**
   * count x features in the order of `inputFeatures`, raw units, NaN where a value is missing and the contract
   * puts the mean in its place; for an image contract count x height x width x channels in [0, 1].
   */
  readonly inputs: Float32Array;
  /** One array for each target, count x width: binary 0 or 1, multi-class one-hot, regression raw numbers. */
  readonly targets: readonly Float32Array[];
}
