import { expect } from 'chai';
import fc from 'fast-check';
import { decodeCounts, encodeCounts, encodeCountSums } from '../../../shared/layouts/count-limbs.ts';
import { limbsOf, type CountField } from '../../../shared/layouts/vector-layout.ts';
import { laneWidths } from '../../../shared/studies/lanes.ts';
import { expectError } from '../../support/expect-error.ts';

function countField(maximum: number, length = 1): CountField {
  return { kind: 'count', name: 'rows', length, maximum };
}

describe('a count', () => {
  it('summed limb by limb over as many sites as the lanes allow is the exact sum', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(laneWidths)), fc.maxSafeNat(), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 64 }), (lanes, maximum, draws) => {
        const field = countField(maximum);
        const counts = draws.map((draw) => Math.floor(draw * maximum));
        const sum = new Uint32Array(limbsOf(field, lanes));
        for (const count of counts) encodeCounts(field, lanes, [count]).forEach((limb, index) => (sum[index]! += limb));
        expect(decodeCounts(field, lanes, sum)).to.deep.equal([counts.reduce((total, count) => total + BigInt(count), 0n)]);
      }),
    );
  });

  it('that was summed can be written again, up to the largest sum of that many sites, in limbs that they can make', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(laneWidths)), fc.maxSafeNat(), fc.integer({ min: 1, max: 8 }), fc.double({ min: 0, max: 1, noNaN: true }), (lanes, maximum, contributors, draw) => {
        const field = countField(maximum);
        const largest = BigInt(contributors) * ((1n << BigInt(limbsOf(field, lanes) * lanes.valueBits)) - 1n);
        for (const sum of [largest, largest - BigInt(Math.floor(draw * maximum)), BigInt(Math.floor(draw * maximum)), 0n]) {
          const limbs = encodeCountSums(field, lanes, [sum], contributors);
          expect(decodeCounts(field, lanes, limbs)).to.deep.equal([sum]);
          for (const limb of limbs) expect(limb).to.be.at.most(contributors * (2 ** lanes.valueBits - 1));
        }
        expect(() => encodeCountSums(field, lanes, [largest + 1n], contributors)).to.throw().with.property('code', 'sum-out-of-range');
      }),
    );
  });

  it('takes as many limbs as its maximum needs, and no more', () => {
    const lanes = laneWidths['16+6'];
    expect([0, 1, 2 ** 16 - 1, 2 ** 16, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER].map((maximum) => limbsOf(countField(maximum), lanes))).to.deep.equal([1, 1, 1, 2, 2, 3, 4]);
  });

  for (const count of [-1, 1.5, NaN, 11]) {
    it(`of ${count} is refused where 0 to 10 are allowed`, async () => {
      await expectError('value-out-of-range', () => encodeCounts(countField(10), laneWidths['16+6'], [count]));
    });
  }
});
