import { ConsiliumError } from '../errors/consilium-error.ts';
import { sha256Hex } from '../statements/digest.ts';
import { encodeStatement } from '../statements/statement.ts';

/**
 * A vector layout says what each number of a contribution means, and where in the ciphertexts it stands.
 * Both sides derive it from the plan and compare fingerprints before they compare anything else.
 */

/** A part never shares a ciphertext with the other one, so that each can be opened without the other. */
export type Part = 'update' | 'statistics';
export const parts: readonly Part[] = ['update', 'statistics'];

/** Tensor values in [-range, range], rounded to signed integers of the lane's value bits. */
export interface FixedPointField {
  readonly kind: 'fixed-point';
  readonly name: string;
  readonly length: number;
  readonly range: number;
}

/** Exact integers in [0, maximum] for each site, split into limbs of the lane's value bits. */
export interface CountField {
  readonly kind: 'count';
  readonly name: string;
  readonly length: number;
  readonly maximum: number;
}

export type Field = FixedPointField | CountField;

/** A lane holds one value or limb: `valueBits` at a site, and `headRoomBits` more for the sum. */
export interface LaneWidth {
  readonly valueBits: number;
  readonly headRoomBits: number;
}

export interface VectorLayout {
  readonly part: Part;
  readonly lanes: LaneWidth;
  readonly fields: readonly Field[];
}

/** Two lanes of 22 bits fill the 44-bit plaintext coefficient. */
export const laneBits = 22;

export function limbsOf(field: CountField, lanes: LaneWidth): number {
  const bits = BigInt(field.maximum).toString(2).length;
  return Math.ceil(bits / lanes.valueBits);
}

export function lanesOf(field: Field, lanes: LaneWidth): number {
  return field.kind === 'count' ? field.length * limbsOf(field, lanes) : field.length;
}

export function laneCount(layout: VectorLayout): number {
  return layout.fields.reduce((sum, field) => sum + lanesOf(field, layout.lanes), 0);
}

/** Most sites over which a lane can be summed without running over: every site may send its largest value. */
export function largestCohort(lanes: LaneWidth): number {
  return 2 ** lanes.headRoomBits;
}

export function assertHeadRoom(lanes: LaneWidth, sites: number): void {
  if (sites > largestCohort(lanes)) {
    throw new ConsiliumError(
      'head-room-exceeded',
      `Lanes of ${lanes.valueBits}+${lanes.headRoomBits} bits hold a sum over at most ${largestCohort(lanes)} sites, not ${sites}.`,
    );
  }
}

/** Throws `layout-invalid` naming everything that is wrong with a layout. */
export function assertLayout(layout: VectorLayout): void {
  const problems = layout.fields.flatMap((field, index) => fieldProblems(field, `fields.${index}`));
  const names = new Set(layout.fields.map((field) => field.name));
  if (names.size !== layout.fields.length) problems.push({ path: 'fields', message: 'two fields have the same name' });
  if (layout.fields.length === 0) problems.push({ path: 'fields', message: 'a layout needs at least one field' });
  const { valueBits, headRoomBits } = layout.lanes;
  if (!Number.isInteger(valueBits) || !Number.isInteger(headRoomBits) || valueBits < 2 || valueBits + headRoomBits !== laneBits) {
    problems.push({ path: 'lanes', message: `value bits and head-room must be integers that add up to ${laneBits}` });
  }
  if (problems.length > 0) throw new ConsiliumError('layout-invalid', '', { problems });
}

function fieldProblems(field: Field, path: string): { path: string; message: string }[] {
  const problems = [];
  if (!Number.isSafeInteger(field.length) || field.length < 1) problems.push({ path: `${path}.length`, message: 'must be a positive integer' });
  if (field.kind === 'fixed-point' && !(field.range > 0 && Number.isFinite(field.range))) {
    problems.push({ path: `${path}.range`, message: 'must be a positive number' });
  }
  if (field.kind === 'count' && (!Number.isSafeInteger(field.maximum) || field.maximum < 0)) {
    problems.push({ path: `${path}.maximum`, message: 'must be an integer from 0 to 2^53 - 1' });
  }
  return problems;
}

/** SHA-256 of the layout's canonical form, as hex. */
export function layoutFingerprint(layout: VectorLayout): string {
  return sha256Hex(
    encodeStatement('consilium/layout/v1', [
      ['part', layout.part],
      ['value-bits', layout.lanes.valueBits],
      ['head-room-bits', layout.lanes.headRoomBits],
      ['fields', layout.fields.map((field) => [field.kind, field.name, field.length, bound(field)])],
    ]),
  );
}

/** The field's bound as a text that names exactly one float64. */
function bound(field: Field): string {
  return field.kind === 'count' ? String(field.maximum) : String(field.range);
}
