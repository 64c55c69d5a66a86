import { ConsiliumError } from '../errors/consilium-error.ts';
import type { LaneWidth } from './lane-packing.ts';
import { limbsOf, type CountField } from './vector-layout.ts';

/**
 * Exact non-negative integers as little-endian limbs of the lane's value bits. Limbs are summed apart
 * from each other; carries are resolved when the sum is decoded, so no site can run over into its neighbour.
 *
 * @throws value-out-of-range when a count is not an integer in [0, field.maximum].
 */
export function encodeCounts(field: CountField, lanes: LaneWidth, counts: ArrayLike<number>): Uint32Array {
  const limbs = limbsOf(field, lanes);
  const base = 2 ** lanes.valueBits;
  const encoded = new Uint32Array(field.length * limbs);
  for (let index = 0; index < field.length; index++) {
    let rest = counts[index] as number;
    if (!Number.isSafeInteger(rest) || rest < 0 || rest > field.maximum) {
      throw new ConsiliumError('value-out-of-range', `Count ${index} of ${field.name} is not an integer from 0 to ${field.maximum}.`);
    }
    for (let limb = 0; limb < limbs; limb++) {
      encoded[index * limbs + limb] = rest % base;
      rest = Math.floor(rest / base);
    }
  }
  return encoded;
}

/** Sums of counts from sums of limbs; a sum over many sites may pass 2^53, hence bigint. */
export function decodeCounts(field: CountField, lanes: LaneWidth, limbSums: Uint32Array): bigint[] {
  const limbs = limbsOf(field, lanes);
  return Array.from({ length: field.length }, (_, index) => {
    let sum = 0n;
    for (let limb = limbs - 1; limb >= 0; limb--) {
      sum = (sum << BigInt(lanes.valueBits)) + BigInt(limbSums[index * limbs + limb] as number);
    }
    return sum;
  });
}

/**
 * Limb sums that `decodeCounts` reads as these sums over so many sites, and none of them larger than `decodeSum` takes.
 *
 * @throws sum-out-of-range when the limbs of that many sites do not hold a sum
 */
export function encodeCountSums(field: CountField, lanes: LaneWidth, sums: readonly bigint[], contributors: number): Uint32Array {
  const limbs = limbsOf(field, lanes);
  const largestLimbSum = BigInt(contributors) * BigInt(2 ** lanes.valueBits - 1);
  const encoded = new Uint32Array(field.length * limbs);
  sums.forEach((sum, index) => {
    let rest = sum;
    // From the highest limb down, as much as fits: limb by limb as in one number, the highest one could be too large.
    for (let limb = limbs - 1; limb >= 0; limb--) {
      const shift = BigInt(limb * lanes.valueBits);
      const whole = rest >> shift;
      const limbSum = whole < largestLimbSum ? whole : largestLimbSum;
      encoded[index * limbs + limb] = Number(limbSum);
      rest -= limbSum << shift;
    }
    if (rest !== 0n) throw new ConsiliumError('sum-out-of-range', `It is sum ${index} of ${field.name}.`);
  });
  return encoded;
}
