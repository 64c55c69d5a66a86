import { expect } from 'chai';
import fc from 'fast-check';
import { coarsen, effectiveBits, siteWeight, weightScale } from '../../../shared/layouts/site-weight.ts';

const rows = fc.integer({ min: 1, max: 2 ** 31 });

describe('the weight of a site', () => {
  const coarse: [rows: number, weight: number][] = [[1, 1], [3, 3], [5, 6], [7, 8], [25, 24], [28, 32], [30, 32], [100, 96], [199, 192], [500, 512]];
  for (const [count, weight] of coarse) it(`of ${count} rows is ${weight}`, () => expect(coarsen(count)).to.equal(weight));

  it('has two significant bits and is within a quarter of the rows', () => {
    fc.assert(
      fc.property(rows, (count) => {
        const weight = coarsen(count);
        expect(weight.toString(2).replace(/0+$/, '').length).to.be.at.most(2);
        expect(Math.abs(weight - count) / count).to.be.at.most(0.25);
      }),
    );
  });

  it('grows with its rows and never passes the scale', () => {
    fc.assert(
      fc.property(rows, rows, rows, (first, second, cap) => {
        const [fewer, more] = [Math.min(first, second), Math.max(first, second)];
        expect(siteWeight(fewer, cap)).to.be.at.most(siteWeight(more, cap));
        expect(siteWeight(more, cap)).to.be.at.most(weightScale(cap));
        expect(siteWeight(fewer, cap)).to.be.at.least(1);
      }),
    );
  });

  it('has a scale that is coarse itself and not below the cap', () => {
    fc.assert(
      fc.property(rows, (cap) => {
        const scale = weightScale(cap);
        expect(scale).to.be.at.least(cap);
        expect(coarsen(scale)).to.equal(scale);
        expect(scale).to.be.at.most(Math.max(4, 1.5 * cap));
      }),
    );
  });

  it('leaves the smallest site the bits that the documentation promises', () => {
    expect(effectiveBits(16, 30, 200)).to.equal(13);
    expect(effectiveBits(16, 200, 200)).to.be.closeTo(15.6, 0.05);
    expect(effectiveBits(16, 500, 10_000)).to.be.lessThan(12);
  });
});
