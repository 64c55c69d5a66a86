import { ConsiliumError } from '../errors/consilium-error.ts';
import type { LaneWidth } from './lane-packing.ts';
import type { FixedPointField } from './vector-layout.ts';

/**
 * Fixed-point encoding with error feedback (Seide et al. 2014; Karimireddy et al. 2019): what rounding takes away
 * from this round's value is added to the next round's, so that small changes are late, not lost.
 * What clipping takes away is gone, or a site that is always clipped would pile up an endless debt.
 */
export interface FixedPointEncoding {
  /** One unsigned lane for each value: the signed integer + 2^(valueBits - 1). */
  readonly lanes: Uint32Array;
  /** Rounding error of each value, in the unit of the values; all zero without error feedback. */
  readonly residual: Float32Array;
  /** How many values were outside the range. */
  readonly clipped: number;
}

export interface FixedPointOptions {
  /** The site's share of the weight scale, in (0, 1]: values are multiplied by it after clipping. */
  readonly share: number;
  /** Rounding errors of earlier rounds, or none. */
  readonly residual?: Float32Array | undefined;
  /** With error feedback rounding is to nearest; without it, stochastic: `uniform` draws from [0, 1). */
  readonly rounding: { readonly errorFeedback: true } | { readonly errorFeedback: false; readonly uniform: () => number };
  /** Where lanes and residual go, each of length `field.length`, the residual perhaps where the values are; new arrays otherwise. */
  readonly into?: Pick<FixedPointEncoding, 'lanes' | 'residual'>;
}

/** Size of one integer step of a field, in the unit of its values. */
export function stepOf(field: FixedPointField, lanes: LaneWidth): number {
  return field.range / (2 ** (lanes.valueBits - 1) - 1);
}

/**
 * Clips, weights and rounds `values` (length `field.length`).
 * @throws value-out-of-range when a value is not a finite number.
 */
export function encodeFixedPoint(field: FixedPointField, lanes: LaneWidth, values: ArrayLike<number>, options: FixedPointOptions): FixedPointEncoding {
  const { share, rounding, residual: before } = options;
  const { range } = field;
  const { lanes: encoded, residual } = options.into ?? { lanes: new Uint32Array(field.length), residual: new Float32Array(field.length) };
  const offset = 2 ** (lanes.valueBits - 1);
  const unit = stepOf(field, lanes) / share;
  const steps = share / stepOf(field, lanes);
  const uniform = rounding.errorFeedback ? undefined : rounding.uniform;
  let clipped = 0;
  for (let index = 0; index < field.length; index++) {
    const value = (values[index] as number) + (before === undefined ? 0 : (before[index] as number));
    if (!Number.isFinite(value)) throw new ConsiliumError('value-out-of-range', `Value ${index} of ${field.name} is not a finite number.`);
    const kept = value > range ? range : value < -range ? -range : value;
    if (kept !== value) clipped++;
    if (uniform) {
      residual[index] = 0;
      encoded[index] = Math.min(offset - 1, Math.floor(kept * steps + uniform())) + offset;
    } else {
      const rounded = Math.floor(kept * steps + 0.5); // half the time of Math.round
      residual[index] = kept - rounded * unit;
      encoded[index] = rounded + offset;
    }
  }
  return { lanes: encoded, residual, clipped };
}
