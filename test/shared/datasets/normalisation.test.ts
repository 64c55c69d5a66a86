import { expect } from 'chai';
import fc from 'fast-check';

import type { Examples } from '../../../shared/datasets/examples.ts';
import { applyNormalisation, moments, normalisationFrom, type InputMoments } from '../../../shared/datasets/normalisation.ts';
import { heartContract } from './heart-contract.ts';

const contract = heartContract();
const width = 4;

function examplesOf(rows: readonly (readonly number[])[]): Examples {
  return { count: rows.length, inputs: Float32Array.from(rows.flat()), targets: [new Float32Array(rows.length)] };
}

function added(one: readonly InputMoments[], other: readonly InputMoments[]): InputMoments[] {
  return one.map((input, index) => ({
    name: input.name,
    count: input.count + other[index].count,
    sum: input.sum + other[index].sum,
    sumOfSquares: input.sumOfSquares + other[index].sumOfSquares,
  }));
}

const row = fc.tuple(fc.integer({ min: 18, max: 110 }), fc.oneof(fc.integer({ min: 0, max: 800 }), fc.constant(Number.NaN)), fc.constantFrom(0, 1), fc.constantFrom(0, 1));

describe('normalisation', () => {
  it('pooled from the sums of several sites is that of all rows in one place, exactly', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.array(row, { maxLength: 40 }), (one, other) => {
        const pooled = added(moments(examplesOf(one), contract), moments(examplesOf(other), contract));
        const together = moments(examplesOf([...one, ...other]), contract);
        expect(pooled).to.deep.equal(together);
        expect(normalisationFrom(pooled, contract)).to.deep.equal(normalisationFrom(together, contract));
      }),
    );
  });

  it('has the mean and the population standard deviation in raw units', () => {
    const { inputs } = normalisationFrom(moments(examplesOf([[40, 200, 0, 1], [50, Number.NaN, 0, 0], [60, 260, 0, 0]]), contract), contract);
    expect(inputs.map(({ name }) => name)).to.deep.equal(['age', 'chol', 'cp=2', 'cp=3']);
    expect(inputs[0].mean).to.be.closeTo(50, 1e-4);
    expect(inputs[0].standardDeviation).to.be.closeTo(Math.sqrt(200 / 3), 1e-4);
    expect(inputs[1].mean).to.be.closeTo(230, 1e-3);
    expect(inputs[1].standardDeviation).to.be.closeTo(30, 1e-3);
    expect(inputs[3].mean).to.be.closeTo(1 / 3, 1e-9);
  });

  it('sums squares exactly past the integers of a double', () => {
    const rows = 10_000;
    const [age] = moments(examplesOf(Array.from({ length: rows }, () => [109.9999, 0, 0, 0])), contract);
    const step = BigInt(Math.round(((Math.fround(109.9999) - 18) / 92) * 2 ** 20));
    expect(age).to.deep.equal({ name: 'age', count: BigInt(rows), sum: BigInt(rows) * step, sumOfSquares: BigInt(rows) * step * step });
    expect(age.sumOfSquares > 2n ** 53n).to.equal(true);
  });

  it('gives z-scores, with 0 for what is missing and for an input without spread', () => {
    const examples = examplesOf([[40, 200, 0, 1], [60, Number.NaN, 0, 0]]);
    const scaled = applyNormalisation(examples, normalisationFrom(moments(examples, contract), contract), contract, 'all');
    expect([...scaled.inputs].map((value) => Math.round(value * 1e4) / 1e4 + 0)).to.deep.equal([-1, 0, 0, 1, 1, 0, 0, -1]);
    expect(scaled.targets).to.equal(examples.targets);
    expect(examples.inputs[0], 'the examples stay as they were').to.equal(40);
  });

  it('leaves the inputs of categories as they are when only numbers are scaled', () => {
    const examples = examplesOf([[40, 200, 0, 1], [60, 260, 0, 0]]);
    const scaled = applyNormalisation(examples, normalisationFrom(moments(examples, contract), contract), contract, 'numbers');
    expect([scaled.inputs[2], scaled.inputs[3], scaled.inputs[width + 3]]).to.deep.equal([0, 1, 0]);
  });

  it('of an input that nobody measured is 0 everywhere', () => {
    const examples = examplesOf([[40, Number.NaN, 0, 0], [60, Number.NaN, 0, 0]]);
    const normalisation = normalisationFrom(moments(examples, contract), contract);
    expect(normalisation.inputs[1]).to.deep.equal({ name: 'chol', mean: 0, standardDeviation: 0 });
    expect(applyNormalisation(examples, normalisation, contract, 'all').inputs[1]).to.equal(0);
  });
});
