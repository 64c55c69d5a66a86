import { expect } from 'chai';
import fc from 'fast-check';
import type { ServerStepResult } from '../../../shared/server-optimisers/server-optimiser.ts';
import { serverOptimiserOf } from '../../../shared/server-optimisers/registry.ts';

const number = fc.double({ min: -10, max: 10, noNaN: true });
const rate = fc.double({ min: 0.01, max: 2, noNaN: true });
const rounds = fc.array(fc.array(number, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 });

describe('the server optimiser', () => {
  it('fedavg adds the mean, times the learning rate', () => {
    fc.assert(
      fc.property(rounds, rate, (means, learningRate) => {
        const optimiser = serverOptimiserOf({ name: 'fedavg', learningRate });
        let step: ServerStepResult = { weights: Float32Array.of(1, 2, 3), state: optimiser.initialState(3) };
        const reference = [1, 2, 3];
        for (const mean of means) {
          step = optimiser.step({ ...step, mean: Float64Array.from(mean) });
          mean.forEach((change, index) => (reference[index] = Math.fround(reference[index]! + learningRate * change)));
        }
        expect([...step.weights]).to.deep.equal(reference);
      }),
    );
  });

  it('fedavgm adds a velocity that remembers earlier means', () => {
    fc.assert(
      fc.property(rounds, rate, fc.double({ min: 0, max: 0.99, noNaN: true }), (means, learningRate, momentum) => {
        const optimiser = serverOptimiserOf({ name: 'fedavgm', learningRate, momentum });
        let step: ServerStepResult = { weights: new Float32Array(3), state: optimiser.initialState(3) };
        const [weights, velocity] = [[0, 0, 0], [0, 0, 0]];
        for (const mean of means) {
          step = optimiser.step({ ...step, mean: Float64Array.from(mean) });
          mean.forEach((change, index) => {
            velocity[index] = Math.fround(momentum * velocity[index]! + change);
            weights[index] = Math.fround(weights[index]! + learningRate * velocity[index]);
          });
        }
        expect([...step.weights]).to.deep.equal(weights);
        expect([...step.state]).to.deep.equal(velocity);
      }),
    );
  });

  for (const settings of [{ name: 'fedavg', learningRate: 0.7 }, { name: 'fedavgm', learningRate: 0.7, momentum: 0.9 }] as const) {
    it(`${settings.name} leaves what it is given untouched, and says the same again`, () => {
      const optimiser = serverOptimiserOf(settings);
      const input = { weights: Float32Array.of(0.1, 0.2), state: optimiser.initialState(2).fill(0.3), mean: Float64Array.of(1e-3, -1e-3) };
      const before = structuredClone(input);
      const first = optimiser.step(input);
      expect(input).to.deep.equal(before);
      expect(optimiser.step(input)).to.deep.equal(first);
      expect(first.weights).not.to.deep.equal(input.weights);
    });
  }
});
