import { ConsiliumError } from '../errors/consilium-error.ts';
import { sha256Hex } from '../statements/digest.ts';
import { encodeStatement } from '../statements/statement.ts';
import type { LaneShape, LaneWidth } from './lane-packing.ts';

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

export interface VectorLayout {
  readonly part: Part;
  readonly lanes: LaneWidth;
  readonly fields: readonly Field[];
}

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

export function laneShape(layout: VectorLayout): LaneShape {
  return { lanes: laneCount(layout), width: layout.lanes };
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
