import { expect } from 'chai';
import fc from 'fast-check';
import { ciphertextCount, coefficientsPerCiphertext, lanePacking, type LaneWidth } from '../../../shared/layouts/lane-packing.ts';
import { laneWidths } from '../../../shared/studies/lanes.ts';
import { expectError } from '../../support/expect-error.ts';

const modulus = 2n ** 51n;

function packed(width: LaneWidth, lanes: Uint32Array): Uint32Array[] {
  const packing = lanePacking(width);
  return Array.from({ length: ciphertextCount({ lanes: lanes.length, width }) }, (_, index) => {
    const words = new Uint32Array(2 * coefficientsPerCiphertext);
    packing.pack(lanes, index * packing.lanesPerCiphertext, words);
    return words;
  });
}

function unpacked(width: LaneWidth, vector: readonly Uint32Array[], lanes: number): Uint32Array {
  const packing = lanePacking(width);
  const read = new Uint32Array(lanes);
  vector.forEach((words, index) => packing.unpack(words, read, index * packing.lanesPerCiphertext));
  return read;
}

/** What decrypting a sum gives: coefficients added modulo t, and some noise. */
function added(vectors: readonly (readonly Uint32Array[])[], noise = 0n): Uint32Array[] {
  return vectors[0]!.map((_, ciphertext) => {
    const words = new Uint32Array(2 * coefficientsPerCiphertext);
    for (let at = 0; at < words.length; at += 2) {
      const sum = vectors.reduce((total, vector) => total + coefficient(vector[ciphertext]!, at), noise);
      setCoefficient(words, at, ((sum % modulus) + modulus) % modulus);
    }
    return words;
  });
}

describe('packed lanes', () => {
  it('fill ciphertexts of 12,288, 10,240 or 8,192', () => {
    const counts = Object.entries(laneWidths).map(([name, width]) => [name, lanePacking(width).lanesPerCiphertext]);
    expect(Object.fromEntries(counts)).to.deep.equal({ '14+3': 12_288, '16+3': 10_240, '16+6': 8192, '14+8': 8192, '12+10': 8192 });
  });

  for (const [name, width] of Object.entries(laneWidths)) {
    const { valueBits, headRoomBits } = width;
    const largest = 2 ** valueBits - 1;
    const { guardBits, lanesPerCiphertext } = lanePacking(width);
    const value = fc.oneof(fc.constantFrom(0, largest), fc.integer({ min: 0, max: largest }));

    describe(`of ${name} bits`, () => {
      it('come back as they were, for any number of them', () => {
        fc.assert(
          fc.property(fc.integer({ min: 1, max: 30_000 }), fc.array(value, { minLength: 1, maxLength: 100 }), (length, values) => {
            const lanes = Uint32Array.from({ length }, (_, index) => values[index % values.length]!);
            expect(unpacked(width, packed(width, lanes), length)).to.deep.equal(lanes);
          }),
          { numRuns: 20 },
        );
      });

      it('add up without one running into the other, for as many sites as there is head-room for', () => {
        fc.assert(
          fc.property(fc.array(fc.array(value, { minLength: 7, maxLength: 7 }), { minLength: 1, maxLength: 8 }), (sites) => {
            const vectors = sites.map((values) => packed(width, Uint32Array.from(values)));
            const sum = Uint32Array.from({ length: 7 }, (_, lane) => sites.reduce((total, values) => total + values[lane]!, 0));
            expect(unpacked(width, added(vectors), 7)).to.deep.equal(sum);
          }),
          { numRuns: 20 },
        );
        const full = packed(width, new Uint32Array(7).fill(largest));
        const sites = 2 ** headRoomBits;
        expect([...unpacked(width, added(Array.from({ length: sites }, () => full)), 7)]).to.deep.equal(Array.from({ length: 7 }, () => sites * largest));
      });

      it('stay below the plaintext modulus, and leave the guard bits alone', () => {
        const [words] = packed(width, new Uint32Array(lanesPerCiphertext).fill(largest));
        for (let at = 0; at < words!.length; at += 2) {
          expect(coefficient(words!, at) < modulus).to.equal(true);
          expect(coefficient(words!, at) % 2n ** BigInt(guardBits)).to.equal(0n);
        }
      });

      it('past the end of the vector are written as zero, and refused when they hold something', async () => {
        const lanes = new Uint32Array(7).fill(largest);
        const [words] = packed(width, lanes);
        expect(words!.slice(8).every((word) => word === 0)).to.equal(true);
        for (let end = 1; end < 7; end++) await expectError('padding-not-zero', () => unpacked(width, [words!], end));
      });

      if (guardBits > 0) {
        it('do not see noise that is smaller than the guard bits allow, of either sign, and refuse what is larger in any coefficient', async () => {
          const lanes = Uint32Array.from([0, largest, 0, 0, largest, 1, 0]);
          const vector = packed(width, lanes);
          const most = (3n * 2n ** BigInt(guardBits - 1)) / 4n;
          for (const noise of [most, -most]) expect(unpacked(width, added([vector], noise), 7)).to.deep.equal(lanes);
          for (const noise of [most + 1n, -most - 1n]) {
            for (const place of [0, 3, coefficientsPerCiphertext - 1]) {
              const [words] = packed(width, lanes);
              setCoefficient(words!, 2 * place, (coefficient(words!, 2 * place) + noise + modulus) % modulus);
              await expectError('noise-budget-exceeded', () => unpacked(width, [words!], 7));
            }
          }
        });
      }
    });
  }

  it('of a width that leaves no room for the noise of as many sites as it holds are refused', async () => {
    for (const width of [{ valueBits: 13, headRoomBits: 4 }, { valueBits: 16, headRoomBits: 9 }, { valueBits: 32, headRoomBits: 3 }, { valueBits: 1, headRoomBits: 6 }]) {
      await expectError('internal', () => lanePacking(width));
    }
  });
});

function coefficient(words: Uint32Array, at: number): bigint {
  return BigInt(words[at]!) + (BigInt(words[at + 1]!) << 32n);
}

function setCoefficient(words: Uint32Array, at: number, value: bigint): void {
  words[at] = Number(value & 0xffff_ffffn);
  words[at + 1] = Number(value >> 32n);
}
