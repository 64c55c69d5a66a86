import { expect } from 'chai';
import fc from 'fast-check';
import { ciphertextCount, coefficientsPerCiphertext, lanesPerCiphertext, packLanes, unpackLanes } from '../../../shared/layouts/lane-packing.ts';
import { laneBits } from '../../../shared/layouts/vector-layout.ts';
import { expectError } from '../../support/expect-error.ts';

const lane = fc.integer({ min: 0, max: 2 ** laneBits - 1 });

function packed(lanes: Uint32Array): Uint32Array[] {
  return Array.from({ length: ciphertextCount(lanes.length) }, (_, index) => {
    const words = new Uint32Array(2 * coefficientsPerCiphertext);
    packLanes(lanes, index * lanesPerCiphertext, words);
    return words;
  });
}

describe('packed lanes', () => {
  it('come back as they were, for any number of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.array(lane, { minLength: 1, maxLength: 100 }), (length, values) => {
        const lanes = Uint32Array.from({ length }, (_, index) => values[index % values.length]!);
        const unpacked = new Uint32Array(length);
        packed(lanes).forEach((words, index) => unpackLanes(words, unpacked, index * lanesPerCiphertext));
        expect(unpacked).to.deep.equal(lanes);
      }),
      { numRuns: 30 },
    );
  });

  it('add up coefficient by coefficient without one running into the other', () => {
    fc.assert(
      fc.property(fc.tuple(lane, lane), fc.tuple(lane, lane), (first, second) => {
        const halves = [first, second].map((pair) => Uint32Array.from(pair, (value) => value >>> 1));
        const [a, b] = halves.map((lanes) => coefficient(packed(lanes)[0]!)) as [bigint, bigint];
        const words = new Uint32Array(2 * coefficientsPerCiphertext);
        words[0] = Number((a + b) & 0xffff_ffffn);
        words[1] = Number((a + b) >> 32n);
        const sums = new Uint32Array(2);
        unpackLanes(words, sums, 0);
        expect([...sums]).to.deep.equal([halves[0]![0]! + halves[1]![0]!, halves[0]![1]! + halves[1]![1]!]);
      }),
    );
  });

  it('stay below the plaintext modulus of 2^44', () => {
    const [words] = packed(new Uint32Array(2).fill(2 ** laneBits - 1));
    expect(coefficient(words!)).to.equal(2n ** 44n - 1n);
  });

  it('past the end of the vector are written as zero, and refused when they hold something', async () => {
    const [words] = packed(Uint32Array.of(1, 2, 3));
    expect(words!.slice(4).every((word) => word === 0)).to.equal(true);
    await expectError('padding-not-zero', () => unpackLanes(words!, new Uint32Array(2), 0));
  });
});

function coefficient(words: Uint32Array): bigint {
  return BigInt(words[0]!) + (BigInt(words[1]!) << 32n);
}
