import { ConsiliumError } from '../errors/consilium-error.ts';
import { decodeCounts, encodeCounts, encodeCountSums } from './count-limbs.ts';
import { encodeFixedPoint, type FixedPointOptions } from './fixed-point.ts';
import { assertHeadRoom, laneCount, lanesOf, type Field, type VectorLayout } from './vector-layout.ts';

/** Values by field name: numbers for a fixed-point field, integers for a count. */
export type FieldValues = Readonly<Record<string, ArrayLike<number>>>;

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

export interface EncodingOptions extends FixedPointOptions {
  /** Where new rounding errors go, which may be where the values are: a new array without it. */
  readonly residualInto?: Float32Array;
  /** The count that takes how many values of the fields before it were clipped, in place of a value of its own. */
  readonly clippedField?: string;
}

/** Lanes of a vector, from its first to its last. */
export interface LaneSource {
  readonly length: number;
  /** The next lanes; fewer at the end. */
  take(count: number): Uint32Array<ArrayBuffer>;
}

/**
 * One site's vector as unsigned lanes, in the order of the layout's fields. It is encoded as lanes are taken: those of a large one never stand
 * in memory together, and some are encrypted while others are encoded.
 */
export class VectorEncoding implements LaneSource {
  readonly length: number;
  /** New rounding errors of the values of all fixed-point fields, one field after the other, as far as lanes were taken. */
  readonly residual: Float32Array;
  readonly #layout: VectorLayout;
  readonly #values: FieldValues;
  readonly #options: EncodingOptions;
  #taken = 0;
  /** The field that comes next, how many of its lanes were taken, and how many fixed-point values there are before it. */
  #field = 0;
  #takenOfField = 0;
  #valuesBefore = 0;
  #clipped = 0;

  /**
   * @throws layout-mismatch when there are not as many values as the layout has
   */
  constructor(layout: VectorLayout, values: FieldValues, options: EncodingOptions) {
    for (const { name, length } of layout.fields) {
      if (name !== options.clippedField && values[name]?.length !== length) {
        throw new ConsiliumError('layout-mismatch', `Field ${name} needs ${length} values and got ${values[name]?.length ?? 'none'}.`);
      }
    }
    this.length = laneCount(layout);
    this.residual = options.residualInto ?? new Float32Array(layout.fields.reduce((total, field) => (field.kind === 'fixed-point' ? total + field.length : total), 0));
    this.#layout = layout;
    this.#values = values;
    this.#options = options;
  }

  /** How many values were outside their range, as far as lanes were taken. */
  get clipped(): number {
    return this.#clipped;
  }

  /** @throws value-out-of-range */
  take(count: number): Uint32Array<ArrayBuffer> {
    const lanes = new Uint32Array(Math.min(count, this.length - this.#taken));
    this.#taken += lanes.length;
    for (let at = 0; at < lanes.length; ) {
      const field = this.#layout.fields[this.#field] as Field;
      const left = lanesOf(field, this.#layout.lanes) - this.#takenOfField;
      const next = lanes.subarray(at, at + left);
      this.#encode(field, next);
      at += next.length;
      this.#takenOfField += next.length;
      if (next.length < left) break;
      this.#field++;
      this.#takenOfField = 0;
      if (field.kind === 'fixed-point') this.#valuesBefore += field.length;
    }
    return lanes;
  }

  #encode(field: Field, lanes: Uint32Array): void {
    const from = this.#takenOfField;
    const values = field.name === this.#options.clippedField ? [this.#clipped] : (this.#values[field.name] as ArrayLike<number>);
    if (field.kind === 'count') {
      lanes.set(encodeCounts(field, this.#layout.lanes, values).subarray(from, from + lanes.length)); // counts are few: all of them each time
      return;
    }
    const end = this.#valuesBefore + field.length;
    this.#clipped += encodeFixedPoint(field, this.#layout.lanes, values, this.#options, { lanes, residual: this.residual.subarray(this.#valuesBefore, end) }, from);
  }
}

/**
 * The integer sums behind lane sums of `contributors` sites.
 * @throws head-room-exceeded when they are more than the lanes hold, sum-out-of-range when a lane is larger than that many sites can make it.
 */
export function decodeSum(layout: VectorLayout, laneSums: Uint32Array, contributors: number): DecodedSum {
  if (laneSums.length !== laneCount(layout)) {
    throw new ConsiliumError('layout-mismatch', `The layout has ${laneCount(layout)} lanes, the sum ${laneSums.length}.`);
  }
  assertHeadRoom(layout.lanes, contributors);
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

/**
 * Lane sums from which `decodeSum` reads other sums of these counts, and of all other fields the same.
 *
 * @param counts new sums, by field name
 * @throws sum-out-of-range when the lanes of that many sites do not hold a sum
 */
export function withCounts(layout: VectorLayout, laneSums: Uint32Array, contributors: number, counts: DecodedSum['counts']): Uint32Array {
  const lanes = laneSums.slice();
  let at = 0;
  for (const field of layout.fields) {
    const sums = counts[field.name];
    if (sums && field.kind === 'count') lanes.set(encodeCountSums(field, layout.lanes, sums, contributors), at);
    at += lanesOf(field, layout.lanes);
  }
  return lanes;
}
