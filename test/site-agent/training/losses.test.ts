import { expect } from 'chai';
import { loadCpuTensorflow } from '../../../shared/models/tensorflow.ts';
import { lossNames, type LossName } from '../../../shared/studies/plan.ts';
import { losses } from '../../../site-agent/training/losses.ts';

/** Two rows of two outputs; expected values computed by hand from the definitions. */
const cases: Record<LossName, { target: number[]; output: number[]; loss: number }> = {
  binaryCrossentropy: { target: [1, 0, 0, 1], output: [0.5, 0.5, 0.25, 0.75], loss: (2 * Math.log(2) - 2 * Math.log(0.75)) / 4 },
  categoricalCrossentropy: { target: [1, 0, 0, 1], output: [0.5, 0.5, 0.25, 0.75], loss: (Math.log(2) - Math.log(0.75)) / 2 },
  meanSquaredError: { target: [0, 0, 1, 1], output: [1, 2, 1, 0], loss: 6 / 4 },
  meanAbsoluteError: { target: [0, 0, 1, 1], output: [1, 2, 1, 0], loss: 4 / 4 },
  huberLoss: { target: [0, 0, 1, 1], output: [0.5, 3, 1, 0], loss: (0.125 + 2.5 + 0 + 0.5) / 4 },
};

describe('losses', () => {
  for (const name of lossNames) {
    it(`${name} is the mean over rows and units`, async () => {
      const { core } = await loadCpuTensorflow();
      const { target, output, loss } = cases[name];
      const value = core.tidy(() => losses[name](core, core.tensor(target, [2, 2]), core.tensor(output, [2, 2])).dataSync()[0]);
      expect(value).to.be.closeTo(loss, 1e-6);
    });
  }

  it('of a certain and wrong probability is finite', async () => {
    const { core } = await loadCpuTensorflow();
    for (const name of ['binaryCrossentropy', 'categoricalCrossentropy'] as const) {
      const value = core.tidy(() => losses[name](core, core.tensor([1, 0], [1, 2]), core.tensor([0, 1], [1, 2])).dataSync()[0]);
      expect(value).to.be.closeTo(-Math.log(1e-7), 1);
    }
  });
});
