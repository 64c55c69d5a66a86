import { largestFreshNoise, noisePerStep, parameterSet, plainModulusBits } from '../ciphertexts/parameter-set.ts';
import { ConsiliumError } from '../errors/consilium-error.ts';

export const coefficientsPerCiphertext = parameterSet.polyModulusDegree;

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
  return Math.ceil(lanes / lanePacking(width).lanesPerCiphertext);
}

const packings = new Map<string, LanePacking>();

/** How lanes of a width are packed. @throws internal when they do not fit, or leave no room for the noise of as many sites as they hold */
export function lanePacking(width: LaneWidth): LanePacking {
  const name = `${width.valueBits}+${width.headRoomBits}`;
  const packing = packings.get(name) ?? new LanePacking(width);
  packings.set(name, packing);
  return packing;
}

/** Where some bits of lanes stand in every coefficient of a kind. */
interface Slot {
  /** Number of the lane within its group, and of the coefficient. */
  readonly lane: number;
  readonly coefficient: number;
  /** Lowest bit of the lane that stands here, and which bits of a site's value do from there on. */
  readonly fromBit: number;
  readonly mask: number;
  /** 2^n for the lowest bit of the coefficient that is the slot's, and for the bits that it has there, head-room among them. */
  readonly scale: number;
  readonly size: number;
}

const modulus = 2 ** plainModulusBits;

/** What of the half of the guard bits' range that rounding can bear noise may take, so that it shows before it does harm. */
const noiseShare = 3 / 4;

/**
 * As many whole lanes to a plaintext coefficient as there is room for. Where the halves of one more lane fit above them in two coefficients, it
 * is split; each half has head-room of its own. That makes two lanes of 22 bits, five of 19 bits in two coefficients, or three of 17 bits.
 * The lowest bits are left to the noise and are rounded away when a sum is opened, as a smaller plaintext modulus would do.
 * Coefficients have 51 bits: float64 holds them exactly, and so do products with powers of two.
 */
class LanePacking {
  readonly lanesPerCiphertext: number;
  /** Bits below the lanes of each coefficient, for noise. */
  readonly guardBits: number;
  /** Steps of a coefficient that are taken for noise, of either sign. */
  readonly #mostNoise: number;
  /** A group is what repeats: the lanes of one or two coefficients. */
  readonly #lanesPerGroup: number;
  readonly #coefficientsPerGroup: number;
  readonly #slots: readonly Slot[];
  /** The coefficients that are worked on; zero in between: nothing of a vector stays. */
  readonly #values = new Float64Array(coefficientsPerCiphertext);

  constructor({ valueBits, headRoomBits }: LaneWidth) {
    const laneBits = valueBits + headRoomBits;
    const whole = Math.floor(plainModulusBits / laneBits);
    const spare = plainModulusBits - whole * laneBits;
    const halfBits = Math.ceil(valueBits / 2);
    const isSplit = halfBits + headRoomBits < spare;
    this.guardBits = isSplit ? spare - halfBits - headRoomBits : spare;
    this.#mostNoise = Math.floor((noiseShare * 2 ** this.guardBits) / 2);
    const bearable = (this.#mostNoise + 1 / 2) * noisePerStep;
    if (!(valueBits >= 2 && headRoomBits >= 0 && laneBits < 32 && 2 ** headRoomBits * largestFreshNoise < bearable)) {
      throw new ConsiliumError('internal', `Lanes of ${valueBits}+${headRoomBits} bits leave no room for the noise of ${2 ** headRoomBits} sites.`);
    }
    this.#coefficientsPerGroup = isSplit ? 2 : 1;
    this.#lanesPerGroup = isSplit ? 2 * whole + 1 : whole;
    this.lanesPerCiphertext = (coefficientsPerCiphertext / this.#coefficientsPerGroup) * this.#lanesPerGroup;
    const place = (number: number) => 2 ** (this.guardBits + number * laneBits);
    const wholeLanes = Array.from({ length: this.#coefficientsPerGroup * whole }, (_, lane): Slot => ({
      lane, coefficient: Math.floor(lane / whole), fromBit: 0, mask: -1, scale: place(lane % whole), size: 2 ** laneBits,
    }));
    const half = { lane: 2 * whole, scale: place(whole), size: 2 ** (halfBits + headRoomBits) };
    const halves: Slot[] = [{ ...half, coefficient: 0, fromBit: 0, mask: 2 ** halfBits - 1 }, { ...half, coefficient: 1, fromBit: halfBits, mask: -1 }];
    this.#slots = isSplit ? [...wholeLanes, ...halves] : wholeLanes;
  }

  /** Writes the lanes of one ciphertext into `words`, two uint32 for each of 4,096 coefficients, low half first, as SEAL stores them; lanes past the end are zero. */
  pack(lanes: Uint32Array, from: number, words: Uint32Array): void {
    const values = this.#values;
    for (const { lane, coefficient, fromBit, mask, scale } of this.#slots) {
      for (let at = coefficient, index = from + lane; at < values.length && index < lanes.length; at += this.#coefficientsPerGroup, index += this.#lanesPerGroup) {
        values[at]! += ((lanes[index]! >>> fromBit) & mask) * scale;
      }
    }
    for (let at = 0; at < values.length; at++) {
      const high = Math.floor(values[at]! * 2 ** -32);
      words[2 * at] = values[at]! - high * 2 ** 32;
      words[2 * at + 1] = high;
    }
    values.fill(0);
  }

  /**
   * Reads the words of one decrypted plaintext into `lanes` at `from`, where they are zero still.
   * @throws padding-not-zero when a lane past the end of the vector is not zero
   * @throws noise-budget-exceeded when a coefficient's noise comes near the bits of its lanes; without guard bits it cannot be seen here
   */
  unpack(words: Uint32Array, lanes: Uint32Array, from: number): void {
    try {
      this.#readRounding(words);
      for (const slot of this.#slots) this.#unpackSlot(slot, lanes, from);
    } finally {
      this.#values.fill(0);
    }
  }

  #unpackSlot({ lane, coefficient, fromBit, scale, size }: Slot, lanes: Uint32Array, from: number): void {
    const values = this.#values;
    const part = 2 ** fromBit;
    const down = 1 / scale;
    const beyond = 1 / size;
    for (let at = coefficient, index = from + lane; at < values.length; at += this.#coefficientsPerGroup, index += this.#lanesPerGroup) {
      const above = Math.floor(values[at]! * down);
      const bits = above - Math.floor(above * beyond) * size;
      if (index < lanes.length) lanes[index]! += bits * part;
      else if (bits !== 0) throw new ConsiliumError('padding-not-zero', `Lane ${index} lies past the end of the vector.`);
    }
  }

  /** Coefficients half of the guard bits' range higher, so that what stands above these is right with noise of either sign. @throws noise-budget-exceeded */
  #readRounding(words: Uint32Array): void {
    const values = this.#values;
    const range = 2 ** this.guardBits;
    const half = Math.floor(range / 2);
    let noise = 0;
    for (let at = 0; at < values.length; at++) {
      const low = words[2 * at]!;
      const lifted = words[2 * at + 1]! * 2 ** 32 + low + half;
      values[at] = lifted >= modulus ? lifted - modulus : lifted; // noise below zero comes from the modulus' end
      noise = Math.max(noise, Math.abs(((low + half) & (range - 1)) - half));
    }
    if (noise > this.#mostNoise) throw new ConsiliumError('noise-budget-exceeded');
  }
}
