import { decodeSum, VectorEncoding, type DecodedSum, type FieldValues } from '../../shared/layouts/vector-encoding.ts';
import { laneCount, type VectorLayout } from '../../shared/layouts/vector-layout.ts';

/** What a secure sum over these sites' values opens to, without the encryption. */
export function summed(layout: VectorLayout, sites: readonly FieldValues[]): DecodedSum {
  const lanes = new Uint32Array(laneCount(layout));
  for (const values of sites) new VectorEncoding(layout, values, { share: 1, rounding: { errorFeedback: true } }).take(lanes.length).forEach((lane, index) => (lanes[index]! += lane));
  return decodeSum(layout, lanes, sites.length);
}
