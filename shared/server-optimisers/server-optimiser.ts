/**
 * How the mean of the sites' deltas moves the global model. Decryptors and coordinator run this apart from each other and must
 * agree bit for bit: elements in order, float64 arithmetic of + - x / and square root only, one rounding to float32 at the end.
 */
export interface ServerOptimiser {
  /** Slots kept from round to round, for a model of `parameters` values; length 0 when there are none. */
  initialState(parameters: number): Float32Array;
  /**
   * Moves a stretch of the model in place, each parameter by itself, so that a step costs no second copy of the model.
   *
   * @param mean weighted means of the deltas of the parameters `from`, `from + 1`, ...
   */
  step(model: ServerModel, mean: Float64Array, from: number): void;
}

/** A model and the optimiser's slots, in the order of the flat weights. */
export interface ServerModel {
  readonly weights: Float32Array;
  readonly state: Float32Array;
}
