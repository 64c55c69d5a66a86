import { expect } from 'chai';
import fc from 'fast-check';
import type { Examples } from '../../../shared/datasets/examples.ts';
import { moments, normalisationFrom } from '../../../shared/datasets/normalisation.ts';
import { inputFeatures } from '../../../shared/studies/inputs.ts';
import { normalisationLayout, normalisationValues, pooledMoments } from '../../../shared/studies/normalisation-layout.ts';
import { planSchema } from '../../../shared/studies/plan.ts';
import { smallPlan } from '../../support/small-study.ts';
import { summed } from '../../support/summed.ts';

const plan = planSchema.parse(smallPlan());
const width = inputFeatures(plan.data).length;

/** Rows within the contract, some of them without a dose. */
const row = fc.tuple(fc.double({ min: 18, max: 110, noNaN: true }), fc.oneof(fc.double({ min: 0, max: 8, noNaN: true }), fc.constant(NaN)), fc.constantFrom(0, 1));
const site = fc.array(row, { minLength: 1, maxLength: 40 });

function examplesOf(rows: readonly (readonly number[])[]): Examples {
  return { count: rows.length, inputs: Float32Array.from(rows.flat()), targets: [] };
}

describe('federated normalisation', () => {
  it('pools the moments of sites to those of all rows in one place', () => {
    fc.assert(
      fc.property(fc.array(site, { minLength: 2, maxLength: 8 }), (sites) => {
        const sum = summed(normalisationLayout(plan), sites.map((rows) => normalisationValues(moments(examplesOf(rows), plan.data))));
        expect(pooledMoments(plan, sum)).to.deep.equal(moments(examplesOf(sites.flat()), plan.data));
      }),
    );
  });

  it('gives the mean and the population standard deviation of the rows', () => {
    const rows = [[20, 1, 0], [40, 3, 1], [60, NaN, 1], [80, 5, 1]];
    const sum = summed(normalisationLayout(plan), [rows.slice(0, 1), rows.slice(1)].map((part) => normalisationValues(moments(examplesOf(part), plan.data))));
    const { inputs } = normalisationFrom(pooledMoments(plan, sum), plan.data);
    expect(inputs).to.have.length(width);
    expect(inputs[0]!.mean).to.be.closeTo(50, 1e-3);
    expect(inputs[0]!.standardDeviation).to.be.closeTo(Math.sqrt(500), 1e-3);
    expect(inputs[1]!.mean).to.be.closeTo(3, 1e-4);
    expect(inputs[1]!.standardDeviation).to.be.closeTo(Math.sqrt(8 / 3), 1e-4);
    expect(inputs[2]!.mean).to.be.closeTo(0.75, 1e-6);
  });
});
