import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { readLayersModelFolder, writeLayersModelFolder } from '../../../shared/models/layers-model-folder.ts';
import { initialWeights } from '../../../shared/models/model-description.ts';
import { predictWithWeights } from '../../../shared/models/predictions.ts';
import { loadCpuTensorflow } from '../../../shared/models/tensorflow.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const layer = (className: string, config: object = {}) => ({ class_name: className, config });
const topology = layer('Sequential', {
  layers: [
    layer('Conv1D', { filters: 4, kernel_size: [2], batch_input_shape: [null, 6, 2] }),
    layer('BatchNormalization'),
    layer('Bidirectional', { layer: layer('LSTM', { units: 3 }), merge_mode: 'concat' }),
    layer('Dense', { units: 2 }),
  ],
});
const rows = { count: 3, inputs: Float32Array.from({ length: 3 * 12 }, (_, at) => Math.sin(at)) };

describe('layers model folder', () => {
  it('gives back what was written', async () => {
    using folder = temporaryFolder();
    const weights = await initialWeights(topology, Buffer.alloc(32, 1));
    await writeLayersModelFolder(folder.path, { topology, weights });
    const stored = await readLayersModelFolder(folder.path);
    expect(stored.weights).to.deep.equal(weights);
    expect(await predictWithWeights(stored.topology, stored.weights, rows)).to.deep.equal(await predictWithWeights(topology, weights, rows));
  });

  it('opens with TensorFlow.js itself', async () => {
    using folder = temporaryFolder();
    const weights = await initialWeights(topology, Buffer.alloc(32, 1));
    await writeLayersModelFolder(folder.path, { topology, weights });

    const { core, layers } = await loadCpuTensorflow();
    const { modelTopology, weightsManifest } = JSON.parse(await readFile(join(folder.path, 'model.json'), 'utf8'));
    const bytes = await readFile(join(folder.path, weightsManifest[0].paths[0]));
    const model = await layers.loadLayersModel(
      core.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData: new Uint8Array(bytes).buffer }),
    );
    const output = core.tidy(() => (model.predict(core.tensor(rows.inputs, [3, 6, 2])) as ReturnType<typeof core.tensor>).dataSync());
    model.dispose();
    expect(output).to.deep.equal((await predictWithWeights(topology, weights, rows))[0]);
  });

  it('is not written with weights of another model', async () => {
    using folder = temporaryFolder();
    const failure = await writeLayersModelFolder(folder.path, { topology, weights: new Float32Array(3) }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(RangeError);
  });

  it('is refused when its weights lie elsewhere', async () => {
    using folder = temporaryFolder();
    const manifest = [{ paths: ['../weights.bin'], weights: [] }];
    await writeFile(join(folder.path, 'model.json'), JSON.stringify({ modelTopology: topology, weightsManifest: manifest }));
    const error = await expectError('invalid-request', readLayersModelFolder(folder.path));
    expect(error.problems).to.deep.equal([{ path: 'weightsManifest.0.paths.0', message: 'weights must be in the same folder' }]);
  });

  it('is refused when weights are missing', async () => {
    using folder = temporaryFolder();
    await writeFile(join(folder.path, 'model.json'), JSON.stringify({ modelTopology: topology, weightsManifest: [] }));
    await expectError('invalid-request', readLayersModelFolder(folder.path));
  });
});
