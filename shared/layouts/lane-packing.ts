import { plainModulusBits, worstNoiseBudgetBits } from '../ciphertexts/parameter-set.ts';
import { ConsiliumError } from '../errors/consilium-error.ts';

export const coefficientsPerCiphertext = 4096;

/** A lane holds one value or limb: `valueBits` at a site, and `headRoomBits` more for the sum. */
export interface LaneWidth {
  readonly valueBits: number;
  readonly headRoomBits: number;
}

/** How many lanes a vector has, and how wide they are. */
export interface LaneShape {
  readonly lanes: number;
  readonly width: LaneWidth;
}

/** Ciphertexts of a vector, or of a sum of such vectors. */
export function ciphertextCount({ lanes, width }: LaneShape): number {
  return Math.ceil(lanes / new LanePacking(width).lanesPerCiphertext);
}

/** Where some bits of a lane stand in a coefficient. */
interface Slot {
  /** Number of the lane within its group. */
  readonly lane: number;
  /** Lowest bit of the lane that stands here, and which bits of a site's value do from there on. */
  readonly fromBit: number;
  readonly mask: number;
  /** 2^n for the lowest bit of the coefficient that is the slot's, and for the bits that it has there, head-room among them. */
  readonly scale: number;
  readonly size: number;
}

const modulus = 2 ** plainModulusBits;

/**
 * As many whole lanes to a plaintext coefficient as there is room for. Where the halves of one more lane fit above them in two coefficients, it
 * is split; each half has head-room of its own. That makes two lanes of 22 bits, five of 19 bits in two coefficients, or three of 17 bits.
 * The lowest bits are left to the noise and are rounded away when a sum is opened, as a smaller plaintext modulus would do.
 * Coefficients have 51 bits: float64 holds them exactly.
 */
export class LanePacking {
  readonly lanesPerCiphertext: number;
  /** Bits below the lanes of each coefficient, for noise. */
  readonly guardBits: number;
  /** Lanes of a group of one or two coefficients, and where they stand in each. */
  readonly #lanesPerGroup: number;
  readonly #slots: readonly (readonly Slot[])[];

  /** @throws layout-invalid when the lanes do not fit, or leave no room for the noise of as many sites as they hold */
  constructor({ valueBits, headRoomBits }: LaneWidth) {
    const laneBits = valueBits + headRoomBits;
    const whole = Math.floor(plainModulusBits / laneBits);
    const spare = plainModulusBits - whole * laneBits;
    const halfBits = Math.ceil(valueBits / 2);
    const isSplit = halfBits + headRoomBits < spare;
    this.guardBits = isSplit ? spare - halfBits - headRoomBits : spare;
    if (!(valueBits >= 2 && headRoomBits >= 0 && laneBits < 32) || worstNoiseBudgetBits(2 ** headRoomBits, this.guardBits) < 1) {
      throw new ConsiliumError('layout-invalid', `Lanes of ${valueBits}+${headRoomBits} bits leave no room for the noise of ${2 ** headRoomBits} sites.`);
    }
    const wholeLane = (lane: number, place: number): Slot => ({ lane, fromBit: 0, mask: -1, scale: 2 ** (this.guardBits + place * laneBits), size: 2 ** laneBits });
    const above = { lane: 2 * whole, scale: 2 ** (this.guardBits + whole * laneBits), size: 2 ** (halfBits + headRoomBits) };
    const halves: Slot[] = isSplit ? [{ ...above, fromBit: 0, mask: 2 ** halfBits - 1 }, { ...above, fromBit: halfBits, mask: -1 }] : [];
    this.#slots = Array.from({ length: isSplit ? 2 : 1 }, (_, coefficient) => [
      ...Array.from({ length: whole }, (_, place) => wholeLane(coefficient * whole + place, place)),
      ...halves.slice(coefficient, coefficient + 1),
    ]);
    this.#lanesPerGroup = isSplit ? 2 * whole + 1 : whole;
    this.lanesPerCiphertext = (coefficientsPerCiphertext / this.#slots.length) * this.#lanesPerGroup;
  }

  /** Writes the lanes of one ciphertext into `words`, two uint32 for each of 4,096 coefficients, low half first, as SEAL stores them; lanes past the end are zero. */
  pack(lanes: Uint32Array, from: number, words: Uint32Array): void {
    let group = from;
    for (let coefficient = 0; coefficient < coefficientsPerCiphertext; group += this.#lanesPerGroup) {
      for (const slots of this.#slots) {
        let value = 0;
        for (const { lane, fromBit, mask, scale } of slots) value += (((lanes[group + lane] ?? 0) >>> fromBit) & mask) * scale;
        words[2 * coefficient] = value >>> 0;
        words[2 * coefficient + 1] = Math.floor(value / 2 ** 32);
        coefficient++;
      }
    }
  }

  /**
   * Reads the words of one decrypted plaintext into `lanes` at `from`, where they are zero still.
   * @throws padding-not-zero when a lane past the end of the vector is not zero
   * @throws noise-budget-exceeded when a coefficient's noise comes near the bits of its lanes; without guard bits it cannot be seen here
   */
  unpack(words: Uint32Array, lanes: Uint32Array, from: number): void {
    const half = 2 ** this.guardBits / 2;
    let group = from;
    for (let coefficient = 0; coefficient < coefficientsPerCiphertext; group += this.#lanesPerGroup) {
      for (const slots of this.#slots) {
        let value = words[2 * coefficient + 1]! * 2 ** 32 + words[2 * coefficient]!;
        if (half >= 1) {
          value = value + half >= modulus ? value + half - modulus : value + half; // a negative noise below zero comes from the modulus' end
          const noise = value - Math.floor(value / (2 * half)) * (2 * half) - half;
          if (Math.abs(noise) > noiseShare * half) throw new ConsiliumError('noise-budget-exceeded');
        }
        for (const { lane, fromBit, scale, size } of slots) {
          const above = Math.floor(value / scale);
          put(lanes, group + lane, (above - Math.floor(above / size) * size) * 2 ** fromBit);
        }
        coefficient++;
      }
    }
  }
}

/** What of the half that rounding can bear noise may take, so that it shows before it does harm. */
const noiseShare = 3 / 4;

function put(lanes: Uint32Array, index: number, bits: number): void {
  if (index < lanes.length) lanes[index]! += bits;
  else if (bits !== 0) throw new ConsiliumError('padding-not-zero', `Lane ${index} lies past the end of the vector.`);
}
