import { expect } from 'chai';
import fc from 'fast-check';
import { SeededRandom } from '../../../demo/data/seeded-random.ts';
import { aucOf } from '../../../shared/evaluation/pooled-evaluation.ts';
import { withoutSmallCells } from '../../../shared/evaluation/smallest-cell.ts';

const released = (histograms: readonly (readonly number[])[], smallestCell: number): number[][] =>
  withoutSmallCells(histograms.map((counts) => counts.map(BigInt)), smallestCell).map((counts) => counts.map(Number));

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
const isSmall = (count: number, smallestCell: number) => count > 0 && count < smallestCell;

/** Histograms of one to three labels over the same bins, most of them with few rows. */
const histograms = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 }))
  .chain(([labels, bins]) => fc.array(fc.array(fc.oneof(fc.constant(0), fc.nat(4), fc.nat(30)), { minLength: bins, maxLength: bins }), { minLength: labels, maxLength: labels }));
const smallestCells = fc.integer({ min: 1, max: 25 });

describe('a smallest cell', () => {
  it('leaves no smaller cell, and every label its total unless that is one', () => {
    fc.assert(
      fc.property(histograms, smallestCells, (exact, smallestCell) => {
        const coarse = released(exact, smallestCell);
        for (const count of coarse.flat()) expect(isSmall(count, smallestCell)).to.equal(false);
        const isEmptied = exact.some((counts) => isSmall(total(counts), smallestCell));
        expect(coarse.map(total)).to.deep.equal(exact.map((counts) => (isEmptied ? 0 : total(counts))));
        expect(coarse.map(({ length }) => length)).to.deep.equal(exact.map(({ length }) => length));
      }),
    );
  });

  it('changes nothing that it has released already', () => {
    fc.assert(
      fc.property(histograms, smallestCells, (exact, smallestCell) => {
        const once = released(exact, smallestCell);
        expect(released(once, smallestCell)).to.deep.equal(once);
      }),
    );
  });

  it('changes nothing where every cell is empty or large, and nothing at all when it is 1', () => {
    fc.assert(
      fc.property(histograms, smallestCells, (exact, smallestCell) => {
        const large = exact.map((counts) => counts.map((count) => (isSmall(count, smallestCell) ? 0 : count)));
        expect(released(large, smallestCell)).to.deep.equal(large);
        expect(released(exact, 1)).to.deep.equal(exact);
      }),
    );
  });

  it('merges from the lowest bin upwards, for all labels alike, and puts rows where their mean is', () => {
    const negatives = [5, 4, 0, 0, 1, 0, 7];
    const positives = [0, 0, 1, 4, 0, 0, 5];
    expect(released([negatives, positives], 5)).to.deep.equal([
      [5, 0, 5, 0, 0, 0, 7],
      [0, 0, 5, 0, 0, 0, 5],
    ]);
  });

  it('merges what is left at the top with as many groups below it as it takes', () => {
    expect(released([[9, 9, 0, 1], [9, 0, 0, 1]], 5)).to.deep.equal([[0, 19, 0, 0], [0, 10, 0, 0]]);
    expect(released([[9, 9, 0, 1], [9, 0, 0, 0]], 5)).to.deep.equal([[9, 10, 0, 0], [9, 0, 0, 0]]);
  });

  it('empties all labels where one has too few rows altogether', () => {
    expect(released([[9, 9, 9], [0, 3, 1]], 5)).to.deep.equal([[0, 0, 0], [0, 0, 0]]);
    expect(released([[9, 9, 9], [0, 0, 0]], 5)).to.deep.equal([[9, 9, 9], [0, 0, 0]]);
  });

  it('changes AUC by no more than half of the pairs that it puts into one bin', () => {
    fc.assert(
      fc.property(histograms.filter(({ length }) => length === 2), smallestCells, (exact, smallestCell) => {
        const [negatives, positives] = released(exact, smallestCell) as [number[], number[]];
        const coarse = aucOf(negatives, positives);
        fc.pre(coarse !== undefined);
        const pairsInOneBin = total(negatives.map((count, bin) => count * positives[bin]!));
        expect(Math.abs(coarse! - aucOf(exact[0]!, exact[1]!)!)).to.be.at.most(pairsInOneBin / (2 * total(negatives) * total(positives)) + 1e-12);
      }),
    );
  });

  it('of 5 changes the AUC of a good model on 250 rows by less than 0.02', () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = new SeededRandom(`smallest cell ${seed}`);
      const exact = [new Array<number>(200).fill(0), new Array<number>(200).fill(0)];
      for (let row = 0; row < 250; row++) {
        const label = random.uniform() < 0.45 ? 1 : 0;
        const score = 1 / (1 + Math.exp(-(2 * (label - 0.5) * 1.7 + 2 * random.normal())));
        exact[label]![Math.floor(200 * score)]!++;
      }
      const [coarse, fine] = [released(exact, 5), exact].map(([negatives, positives]) => aucOf(negatives!, positives!)!);
      expect(fine).to.be.within(0.8, 0.95);
      expect(coarse, `seed ${seed}`).to.be.closeTo(fine!, 0.02);
    }
  });
});
