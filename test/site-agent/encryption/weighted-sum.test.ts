import { expect } from 'chai';
import fc from 'fast-check';
import { parameterSet } from '../../../shared/ciphertexts/parameter-set.ts';
import { weightedSum } from '../../../site-agent/encryption/weighted-sum.ts';

const q = parameterSet.coefficientModulus;
const multiplierBits = 60;
const wordCount = 8192;

describe('a weighted sum of 60-bit words', () => {
  it('is exact, for any words and multipliers', () => {
    const word = fc.oneof(fc.constantFrom(0n, 1n, (1n << 20n) - 1n, 1n << 40n, q - 1n), fc.bigInt({ min: 0n, max: q - 1n }));
    const multiplier = fc.oneof(fc.constantFrom(0n, (1n << 64n) - 1n), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }));
    fc.assert(
      fc.property(fc.array(fc.tuple(word, multiplier), { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 27 }), (pairs, repetitions) => {
        const repeated = Array.from({ length: repetitions }, () => pairs).flat();
        expectExact(repeated.map(([one]) => one), repeated.map(([, other]) => other));
      }),
    );
  });

  it('is exact at the largest words and multipliers of a whole ciphertext', () => {
    expectExact(Array<bigint>(wordCount).fill(q - 1n), Array<bigint>(wordCount).fill((1n << 64n) - 1n));
    expectExact(Array<bigint>(wordCount).fill((1n << 60n) - 1n), Array<bigint>(wordCount).fill((1n << 60n) - 1n));
  });
});

function expectExact(words: readonly bigint[], multipliers: readonly bigint[]): void {
  const expected = words.reduce((sum, word, index) => sum + word * BigInt.asUintN(multiplierBits, multipliers[index]!), 0n);
  expect(weightedSum(asBytes(words), asBytes(multipliers))).to.equal(expected);
}

/** Of a whole ciphertext's length: with zeros behind. */
function asBytes(numbers: readonly bigint[]): Uint8Array {
  const words = new BigUint64Array(wordCount);
  words.set(numbers);
  return new Uint8Array(words.buffer);
}
