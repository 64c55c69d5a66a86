import { ConsiliumError } from '../errors/consilium-error.ts';
import type { LaneWidth } from './lane-packing.ts';
import type { FixedPointField } from './vector-layout.ts';

/** Where encoded values go. */
export interface FixedPointTarget {
  /** Takes one unsigned lane for each value that is encoded: the signed integer + 2^(valueBits - 1). */
  readonly lanes: Uint32Array;
  /** Takes the rounding error of each value at the value's place, in the unit of the values; zero without error feedback. May be the values themselves. */
  readonly residual: Float32Array;
}

export interface FixedPointOptions {
  /** The site's share of the weight scale, in (0, 1]: values are multiplied by it after clipping. */
  readonly share: number;
  /** With error feedback rounding is to nearest; without it, stochastic: `uniform` draws from [0, 1). */
  readonly rounding: { readonly errorFeedback: true } | { readonly errorFeedback: false; readonly uniform: () => number };
}

/** Size of one integer step of a field, in the unit of its values. */
export function stepOf(field: FixedPointField, lanes: LaneWidth): number {
  return field.range / (2 ** (lanes.valueBits - 1) - 1);
}

/**
 * Fixed-point encoding with error feedback (Seide et al. 2014; Karimireddy et al. 2019): what rounding takes away
 * from this round's value is for the caller to add to the next round's, so that small changes are late, not lost.
 * What clipping takes away is gone, or a site that is always clipped would pile up an endless debt.
 *
 * Clips, weights and rounds as many of `values` (length `field.length`) from number `from` on as there are lanes in the target.
 * @returns how many of them were outside the range
 * @throws value-out-of-range when a value is not a finite number.
 */
export function encodeFixedPoint(field: FixedPointField, lanes: LaneWidth, values: ArrayLike<number>, options: FixedPointOptions, into: FixedPointTarget, from = 0): number {
  const { share, rounding } = options;
  const { range } = field;
  const { lanes: encoded, residual } = into;
  const offset = 2 ** (lanes.valueBits - 1);
  const unit = stepOf(field, lanes) / share;
  const steps = share / stepOf(field, lanes);
  const uniform = rounding.errorFeedback ? undefined : rounding.uniform;
  let clipped = 0;
  for (let at = 0, index = from; at < encoded.length; at++, index++) {
    const value = values[index] as number;
    if (!Number.isFinite(value)) throw new ConsiliumError('value-out-of-range', `Value ${index} of ${field.name} is not a finite number.`);
    const kept = value > range ? range : value < -range ? -range : value;
    if (kept !== value) clipped++;
    if (uniform) {
      residual[index] = 0;
      encoded[at] = Math.min(offset - 1, Math.floor(kept * steps + uniform())) + offset;
    } else {
      const rounded = Math.floor(kept * steps + 0.5); // half the time of Math.round
      residual[index] = kept - rounded * unit;
      encoded[at] = rounded + offset;
    }
  }
  return clipped;
}
