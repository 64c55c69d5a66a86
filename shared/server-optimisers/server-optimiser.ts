/**
 * How the mean of the sites' deltas moves the global model. Decryptors and coordinator run this apart from each other and must
 * agree bit for bit: elements in order, float64 arithmetic of + - x / and square root only, one rounding to float32 at the end.
 */
export interface ServerOptimiser {
  /** Slots kept from round to round, for a model of `parameters` values; length 0 when there are none. */
  initialState(parameters: number): Float32Array;
  step(input: ServerStep): ServerStepResult;
}

export interface ServerStep {
  readonly weights: Float32Array;
  readonly state: Float32Array;
  /** Weighted mean of the deltas, in order of the flat weights. */
  readonly mean: Float64Array;
}

export interface ServerStepResult {
  readonly weights: Float32Array;
  readonly state: Float32Array;
}
