import { expect } from 'chai';
import fc from 'fast-check';
import type { ServerModel } from '../../../shared/server-optimisers/server-optimiser.ts';
import { serverOptimiserOf } from '../../../shared/server-optimisers/registry.ts';

const number = fc.double({ min: -10, max: 10, noNaN: true });
const rate = fc.double({ min: 0.01, max: 2, noNaN: true });
const rounds = fc.array(fc.array(number, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 });

describe('the server optimiser', () => {
  it('fedavg adds the mean, times the learning rate', () => {
    fc.assert(
      fc.property(rounds, rate, (means, learningRate) => {
        const optimiser = serverOptimiserOf({ name: 'fedavg', learningRate });
        const model = { weights: Float32Array.of(1, 2, 3), state: optimiser.initialState(3) };
        const reference = [1, 2, 3];
        for (const mean of means) {
          optimiser.step(model, Float64Array.from(mean), 0);
          mean.forEach((change, index) => (reference[index] = Math.fround(reference[index]! + learningRate * change)));
        }
        expect([...model.weights]).to.deep.equal(reference);
      }),
    );
  });

  it('fedavgm adds a velocity that remembers earlier means', () => {
    fc.assert(
      fc.property(rounds, rate, fc.double({ min: 0, max: 0.99, noNaN: true }), (means, learningRate, momentum) => {
        const optimiser = serverOptimiserOf({ name: 'fedavgm', learningRate, momentum });
        const model = { weights: new Float32Array(3), state: optimiser.initialState(3) };
        const [weights, velocity] = [[0, 0, 0], [0, 0, 0]];
        for (const mean of means) {
          optimiser.step(model, Float64Array.from(mean), 0);
          mean.forEach((change, index) => {
            velocity[index] = Math.fround(momentum * velocity[index]! + change);
            weights[index] = Math.fround(weights[index]! + learningRate * velocity[index]);
          });
        }
        expect([...model.weights]).to.deep.equal(weights);
        expect([...model.state]).to.deep.equal(velocity);
      }),
    );
  });

  for (const settings of [{ name: 'fedavg', learningRate: 0.7 }, { name: 'fedavgm', learningRate: 0.7, momentum: 0.9 }] as const) {
    it(`${settings.name} moves a model stretch by stretch as it does in one`, () => {
      const optimiser = serverOptimiserOf(settings);
      const mean = Float64Array.of(1e-3, -1e-3, 3e-3, 0.5, -0.25);
      const [whole, cut] = [0, 0].map(() => ({ weights: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5), state: optimiser.initialState(5).fill(0.3) })) as [ServerModel, ServerModel];
      optimiser.step(whole, mean, 0);
      for (const [from, end] of [[3, 5], [0, 2], [2, 3]] as const) optimiser.step(cut, mean.subarray(from, end), from);
      expect(cut).to.deep.equal(whole);
      expect(whole.weights).not.to.deep.equal(Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5));
    });
  }
});
