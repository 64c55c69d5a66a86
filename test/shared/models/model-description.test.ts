import { expect } from 'chai';
import { describeTopology, initialWeights } from '../../../shared/models/model-description.ts';
import { loadCpuTensorflow } from '../../../shared/models/tensorflow.ts';

const key = Buffer.alloc(32, 5);
const layer = (className: string, config: object = {}) => ({ class_name: className, config });

/** Layers without names, as a person writes them. */
const nameless = layer('Sequential', {
  layers: [
    layer('Dense', { units: 3, batch_input_shape: [null, 2] }),
    layer('BatchNormalization'),
    layer('Dense', { units: 1, activation: 'sigmoid' }),
  ],
});

describe('model description', () => {
  it('lists trained weights in layer order, then those that are not trained', async () => {
    const { weights, inputs, outputs } = await describeTopology(nameless);
    expect(weights).to.deep.equal([
      { name: 'dense_1/kernel', shape: [2, 3] },
      { name: 'dense_1/bias', shape: [3] },
      { name: 'batch_normalization_1/gamma', shape: [3] },
      { name: 'batch_normalization_1/beta', shape: [3] },
      { name: 'dense_2/kernel', shape: [3, 1] },
      { name: 'dense_2/bias', shape: [1] },
      { name: 'batch_normalization_1/moving_mean', shape: [3] },
      { name: 'batch_normalization_1/moving_variance', shape: [3] },
    ]);
    expect(inputs).to.deep.equal([[null, 2]]);
    expect(outputs).to.deep.equal([[null, 1]]);
  });

  it('is the same however often the process builds the model', async () => {
    const wrapped = layer('Sequential', {
      layers: [
        layer('Bidirectional', { layer: layer('GRU', { units: 2 }), merge_mode: 'concat', batch_input_shape: [null, 4, 3] }),
        layer('Dense', { units: 1 }),
      ],
    });
    expect(await describeTopology(wrapped)).to.deep.equal(await describeTopology(wrapped));
  });

  it('of 100 million parameters is there at once', async () => {
    const large = layer('Sequential', { layers: [layer('Dense', { units: 10_000, batch_input_shape: [null, 3] }), layer('Dense', { units: 9_990 }), layer('Dense', { units: 1 })] });
    expect((await describeTopology(large)).weights[2]).to.deep.equal({ name: 'dense_2/kernel', shape: [10_000, 9_990] });
  }).timeout(1000);

  it('names a thousand nameless layers at once, past names that are taken', async () => {
    const taken = layer('Dense', { name: 'dense_2', units: 1 });
    const deep = layer('Sequential', { layers: [layer('Dense', { units: 1, batch_input_shape: [null, 1] }), taken, ...Array.from({ length: 900 }, () => layer('Dense', { units: 1 }))] });
    const { weights } = await describeTopology(deep);
    expect(weights.slice(2, 5).map(({ name }) => name)).to.deep.equal(['dense_2/kernel', 'dense_2/bias', 'dense_3/kernel']);
    expect(weights.at(-1)?.name).to.equal('dense_902/bias');
  });

  it('leaves the topology as it was, and no tensors', async () => {
    const { core } = await loadCpuTensorflow();
    const before = [JSON.stringify(nameless), core.memory().numTensors];
    await describeTopology(nameless);
    await initialWeights(nameless, key);
    expect([JSON.stringify(nameless), core.memory().numTensors]).to.deep.equal(before);
  });
});

describe('initial weights', () => {
  it('follow from the key', async () => {
    const weights = await initialWeights(nameless, key);
    expect(await initialWeights(nameless, key)).to.deep.equal(weights);
    expect(await initialWeights(nameless, Buffer.alloc(32, 6))).not.to.deep.equal(weights);
  });

  it('differ between two layers of the same kind', async () => {
    const twins = layer('Sequential', { layers: [layer('Dense', { units: 2, use_bias: false, batch_input_shape: [null, 2] }), layer('Dense', { units: 2, use_bias: false })] });
    const weights = await initialWeights(twins, key);
    expect([...weights.slice(0, 4)]).not.to.deep.equal([...weights.slice(4)]);
  });

  it('of an initialiser with a seed of its own stay the same for every key', async () => {
    const seeded = layer('Sequential', {
      layers: [layer('Dense', { units: 3, batch_input_shape: [null, 2], kernel_initializer: layer('GlorotUniform', { seed: 7 }) })],
    });
    expect(await initialWeights(seeded, Buffer.alloc(32, 6))).to.deep.equal(await initialWeights(seeded, key));
  });

  it('of recurrent layers are orthogonal, and there at once', async () => {
    const units = 128;
    const recurrent = layer('Sequential', { layers: [layer('LSTM', { units, batch_input_shape: [null, 5, 1], kernel_initializer: 'zeros' })] });
    const weights = await initialWeights(recurrent, key);
    const matrix = weights.subarray(4 * units, 4 * units + units * 4 * units);
    const row = (index: number) => matrix.subarray(index * 4 * units, (index + 1) * 4 * units);
    const product = (left: number, right: number) => row(left).reduce((sum, value, at) => sum + value * (row(right)[at] as number), 0);
    expect(product(0, 0)).to.be.closeTo(1, 1e-5);
    expect(product(units - 1, units - 1)).to.be.closeTo(1, 1e-5);
    expect(product(0, units - 1)).to.be.closeTo(0, 1e-5);
  }).timeout(5000);
});
