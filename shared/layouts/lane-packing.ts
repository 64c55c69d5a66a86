import { ConsiliumError } from '../errors/consilium-error.ts';
import { laneBits } from './vector-layout.ts';

/**
 * Two 22-bit lanes to a plaintext coefficient: lane 2i in the low bits, lane 2i + 1 above it.
 * A coefficient is written as 8 little-endian bytes, as SEAL stores plaintexts.
 */
export const coefficientsPerCiphertext = 4096;
export const lanesPerCiphertext = 2 * coefficientsPerCiphertext;

const lowBitsOfUpperLane = 32 - laneBits;
const laneMask = 2 ** laneBits - 1;

export function ciphertextCount(lanes: number): number {
  return Math.ceil(lanes / lanesPerCiphertext);
}

/** Writes lanes [from, from + 8192) into `words` (two uint32 for each of 4096 coefficients); lanes past the end are zero. */
export function packLanes(lanes: Uint32Array, from: number, words: Uint32Array): void {
  for (let coefficient = 0; coefficient < coefficientsPerCiphertext; coefficient++) {
    const lower = lanes[from + 2 * coefficient] ?? 0;
    const upper = lanes[from + 2 * coefficient + 1] ?? 0;
    words[2 * coefficient] = (lower | (upper << laneBits)) >>> 0;
    words[2 * coefficient + 1] = upper >>> lowBitsOfUpperLane;
  }
}

/**
 * Reads the words of one decrypted plaintext into `lanes` at `from`.
 * @throws padding-not-zero when a lane past the end of the vector is not zero.
 */
export function unpackLanes(words: Uint32Array, lanes: Uint32Array, from: number): void {
  for (let coefficient = 0; coefficient < coefficientsPerCiphertext; coefficient++) {
    const low = words[2 * coefficient] ?? 0;
    const high = words[2 * coefficient + 1] ?? 0;
    put(lanes, from + 2 * coefficient, low & laneMask);
    put(lanes, from + 2 * coefficient + 1, ((low >>> laneBits) | (high << lowBitsOfUpperLane)) >>> 0);
  }
}

function put(lanes: Uint32Array, index: number, value: number): void {
  if (index < lanes.length) lanes[index] = value;
  else if (value !== 0) throw new ConsiliumError('padding-not-zero', `Lane ${index} lies past the end of the vector.`);
}
