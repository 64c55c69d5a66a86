import { expect } from 'chai';
import fc from 'fast-check';
import type { TensorSpec } from '../../../shared/models/tensor-spec.ts';
import { calibrationLayout, calibrationValues, clippingRanges } from '../../../shared/studies/calibration-layout.ts';
import { planSchema } from '../../../shared/studies/plan.ts';
import { smallPlan } from '../../support/small-study.ts';
import { summed } from '../../support/summed.ts';

const plan = planSchema.parse(smallPlan());
const tensors: TensorSpec[] = [{ name: 'kernel', shape: [3, 1] }, { name: 'bias', shape: [1] }];

function rangesFor(sites: readonly (readonly number[])[], headRoom: number): number[] {
  return clippingRanges(summed(calibrationLayout(plan, tensors), sites.map(calibrationValues)), headRoom);
}

describe('calibrated clipping ranges', () => {
  it('are the next power of two above the largest change of any site, times the head-room', () => {
    expect(rangesFor([[0.3, 0.01], [0.2, 0.02], [0.1, 0.005]], 4)).to.deep.equal([0.5 * 4, 2 ** -5 * 4]);
    expect(rangesFor([[0.5, 0], [0.25, 0], [0.5, 0]], 1)[0]).to.equal(0.5);
  });

  it('hold every change of a site, and are at most twice the largest', () => {
    const magnitude = fc.double({ min: 2 ** -20, max: 2 ** 8, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(magnitude, magnitude), { minLength: 2, maxLength: 10 }), (sites) => {
        rangesFor(sites, 1).forEach((range, tensor) => {
          const largest = Math.max(...sites.map((site) => site[tensor as 0 | 1]));
          expect(range).to.be.at.least(largest);
          expect(range).to.be.at.most(2 * largest);
        });
      }),
    );
  });

  it('of a tensor that no trial moved are the largest of the others, so that it may move later', () => {
    expect(rangesFor([[0.3, 0], [0.2, 0]], 1)).to.deep.equal([0.5, 0.5]);
  });

  it('stay positive when nothing changed', () => {
    for (const range of rangesFor([[0, 0], [0, 0]], 1)) expect(range).to.be.greaterThan(0);
  });
});
