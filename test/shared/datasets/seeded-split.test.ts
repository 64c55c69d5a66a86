import { expect } from 'chai';

import { seededTestRows, type SplitRow } from '../../../shared/datasets/seeded-split.ts';

function rowsOf(...strata: string[]): SplitRow[] {
  return strata.map((stratum, position) => ({ position, stratum }));
}

const hundred = rowsOf(...Array.from({ length: 100 }, (_, row) => (row < 80 ? 'no' : 'yes')));

describe('the seeded split', () => {
  it('gives the rows that it gave before', () => {
    const rows = rowsOf(...Array<string>(12).fill('no'));
    expect([...seededTestRows(rows, { seed: 1, testFraction: 0.34, stratify: false })]).to.deep.equal([1, 7, 4, 5]);
  });

  it('differs from seed to seed', () => {
    const [one, two] = [1, 2].map((seed) => seededTestRows(hundred, { seed, testFraction: 0.3, stratify: false }));
    expect([one.size, two.size]).to.deep.equal([30, 30]);
    expect(one).not.to.deep.equal(two);
  });

  it('keeps the classes in proportion when asked to', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const test = seededTestRows(hundred, { seed, testFraction: 0.3, stratify: true });
      expect([test.size, [...test].filter((position) => position >= 80).length]).to.deep.equal([30, 6]);
    }
  });

  it('does not move the other rows when one is left out', () => {
    const split = { seed: 3, testFraction: 0.3, stratify: false };
    const before = seededTestRows(hundred, split);
    const left = hundred.find(({ position }) => !before.has(position));
    const after = seededTestRows(hundred.filter((row) => row !== left), split);
    expect(after).to.deep.equal(before);
  });

  it('splits classes of one or two rows together', () => {
    const rows = rowsOf('a', 'b', 'b', 'c', 'd', 'd');
    expect(seededTestRows(rows, { seed: 1, testFraction: 0.5, stratify: true }).size).to.equal(3);
  });

  it('leaves a row on either side, and a single row for training', () => {
    const sizes = [0, 1, 2, 3].map((count) => [0.01, 0.99].map((testFraction) => seededTestRows(hundred.slice(0, count), { seed: 1, testFraction, stratify: false }).size));
    expect(sizes).to.deep.equal([[0, 0], [0, 0], [1, 1], [1, 2]]);
  });
});
