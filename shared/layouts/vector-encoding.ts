import { ConsiliumError } from '../errors/consilium-error.ts';
import { decodeCounts, encodeCounts } from './count-limbs.ts';
import { encodeFixedPoint, type FixedPointOptions } from './fixed-point.ts';
import { laneCount, lanesOf, type VectorLayout } from './vector-layout.ts';

/** Values by field name: numbers for a fixed-point field, integers for a count. */
export type FieldValues = Readonly<Record<string, ArrayLike<number>>>;

export interface EncodedVector {
  readonly lanes: Uint32Array;
  /** New rounding errors of the values of all fixed-point fields, one field after the other. */
  readonly residual: Float32Array;
  readonly clipped: number;
}

/** The sums of a fixed-point field: those of its lanes, each of them by `offset` larger than the signed number of steps. */
export interface StepSums {
  readonly lanes: Uint32Array;
  readonly offset: number;
}

/** Sums by field name: integer steps for a fixed-point field, totals for a count. Shares memory with the lanes. */
export interface DecodedSum {
  readonly steps: Readonly<Record<string, StepSums>>;
  readonly counts: Readonly<Record<string, bigint[]>>;
}

/** `residual` is as that of an EncodedVector. */
export interface EncodingOptions extends Omit<FixedPointOptions, 'into'> {
  /** Where the new rounding errors go, which may be where the values are: a new array without it. */
  readonly residualInto?: Float32Array;
}

/** One site's vector as unsigned lanes, in the order of the layout's fields. */
export function encodeVector(layout: VectorLayout, values: FieldValues, options: EncodingOptions): EncodedVector {
  const lanes = new Uint32Array(laneCount(layout));
  const residual = options.residualInto ?? new Float32Array(layout.fields.reduce((total, field) => (field.kind === 'fixed-point' ? total + field.length : total), 0));
  let clipped = 0;
  let at = 0;
  let value = 0;
  for (const field of layout.fields) {
    const fieldValues = values[field.name];
    if (fieldValues?.length !== field.length) {
      throw new ConsiliumError('layout-mismatch', `Field ${field.name} needs ${field.length} values and got ${fieldValues?.length ?? 'none'}.`);
    }
    if (field.kind === 'count') {
      lanes.set(encodeCounts(field, layout.lanes, fieldValues), at);
    } else {
      const end = value + field.length;
      const into = { lanes: lanes.subarray(at, at + field.length), residual: residual.subarray(value, end) };
      clipped += encodeFixedPoint(field, layout.lanes, fieldValues, { ...options, residual: options.residual?.subarray(value, end), into }).clipped;
      value = end;
    }
    at += lanesOf(field, layout.lanes);
  }
  return { lanes, residual, clipped };
}

/**
 * The integer sums behind lane sums of `contributors` sites.
 * @throws sum-out-of-range when a lane is larger than that many sites can make it.
 */
export function decodeSum(layout: VectorLayout, laneSums: Uint32Array, contributors: number): DecodedSum {
  if (laneSums.length !== laneCount(layout)) {
    throw new ConsiliumError('layout-mismatch', `The layout has ${laneCount(layout)} lanes, the sum ${laneSums.length}.`);
  }
  const largest = contributors * (2 ** layout.lanes.valueBits - 1);
  // Plain loops: the methods of typed arrays call back for each of millions of values, which takes ten times as long.
  for (let lane = 0; lane < laneSums.length; lane++) if ((laneSums[lane] as number) > largest) throw new ConsiliumError('sum-out-of-range');
  const offset = contributors * 2 ** (layout.lanes.valueBits - 1);
  const steps: Record<string, StepSums> = {};
  const counts: Record<string, bigint[]> = {};
  let at = 0;
  for (const field of layout.fields) {
    const sums = laneSums.subarray(at, (at += lanesOf(field, layout.lanes)));
    if (field.kind === 'count') counts[field.name] = decodeCounts(field, layout.lanes, sums);
    else steps[field.name] = { lanes: sums, offset };
  }
  return { steps, counts };
}
