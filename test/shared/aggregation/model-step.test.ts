import { expect } from 'chai';
import fc from 'fast-check';
import { moveModel } from '../../../shared/aggregation/model-step.ts';
import { stepOf } from '../../../shared/layouts/fixed-point.ts';
import { siteWeight, weightScale } from '../../../shared/layouts/site-weight.ts';
import { decodeSum } from '../../../shared/layouts/vector-encoding.ts';
import { laneCount, type FixedPointField } from '../../../shared/layouts/vector-layout.ts';
import type { TensorSpec } from '../../../shared/models/tensor-spec.ts';
import { planSchema } from '../../../shared/studies/plan.ts';
import { updateLayout } from '../../../shared/studies/update-layout.ts';
import { encodeUpdate } from '../../../site-agent/rounds/round-values.ts';
import { shortPlan } from '../../support/small-study.ts';

const plan = planSchema.parse(shortPlan());
const tensors: TensorSpec[] = [{ name: 'kernel', shape: [2] }, { name: 'bias', shape: [1] }];
const layout = updateLayout(plan, tensors, {});
const step = stepOf(layout.fields[0] as FixedPointField, layout.lanes);
const cap = plan.aggregation.weightCap;

const change = fc.double({ min: -0.5, max: 0.5, noNaN: true });
const site = fc.record({ trainingRows: fc.integer({ min: 20, max: 500 }), delta: fc.tuple(change, change, change) });

describe('the next model', () => {
  it('moves by the average of the sites\' deltas, weighted by their rows, within one quantisation step', () => {
    fc.assert(
      fc.property(fc.array(site, { minLength: 3, maxLength: 10 }), (sites) => {
        const lanes = new Uint32Array(laneCount(layout));
        for (const { trainingRows, delta } of sites) {
          const update = encodeUpdate(plan, layout, tensors, { trainingRows, delta: Float32Array.from(delta), randomnessKey: new Uint8Array(32) });
          update.take(update.length).forEach((lane, index) => (lanes[index]! += lane));
        }
        const base = [1, -1, 0];
        const weights = Float32Array.from(base);
        moveModel(plan, layout, decodeSum(layout, lanes, sites.length), { weights, state: new Float32Array() });
        const total = sites.reduce((sum, { trainingRows }) => sum + siteWeight(trainingRows, cap), 0);
        const oneStep = (step * sites.length * weightScale(cap)) / total;
        weights.forEach((weight, index) => {
          const mean = sites.reduce((sum, { trainingRows, delta }) => sum + siteWeight(trainingRows, cap) * delta[index as 0 | 1 | 2], 0) / total;
          expect(Math.abs(weight - base[index]! - mean)).to.be.at.most(oneStep / 2 + 1e-6);
        });
      }),
    );
  });

  it('moves every parameter of a model that is longer than what is moved at a time', () => {
    const tall: TensorSpec[] = [{ name: 'kernel', shape: [40_000] }, { name: 'bias', shape: [3] }];
    const fields = updateLayout(plan, tall, {});
    const delta = Float32Array.from({ length: 40_003 }, (_, index) => ((index % 2001) - 1000) / 2500);
    const update = encodeUpdate(plan, fields, tall, { trainingRows: cap, delta: delta.slice(), randomnessKey: new Uint8Array(32) });
    const lanes = update.take(update.length);
    const weights = new Float32Array(delta.length).fill(1);
    moveModel(plan, fields, decodeSum(fields, lanes, 1), { weights, state: new Float32Array() });
    weights.forEach((weight, index) => expect(Math.abs(weight - 1 - delta[index]!)).to.be.at.most(step));
  });

  it('counts every clipped value of every site', () => {
    const update = encodeUpdate(plan, layout, tensors, { trainingRows: 30, delta: Float32Array.of(0.4, 9, -9), randomnessKey: new Uint8Array(32) });
    const { counts } = decodeSum(layout, update.take(update.length).map((lane) => 2 * lane), 2);
    expect(counts['clipped']).to.deep.equal([4n]);
    expect(counts['weight']).to.deep.equal([BigInt(2 * siteWeight(30, cap))]);
  });
});
