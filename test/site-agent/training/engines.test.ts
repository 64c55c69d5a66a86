import { expect } from 'chai';
import { initialWeights } from '../../../shared/models/model-description.ts';
import { supportedLayers } from '../../../shared/models/supported-layers.ts';
import { topologyNodes } from '../../../shared/models/topology.ts';
import { topologyProblems } from '../../../shared/models/topology-problems.ts';
import { loadEngine } from '../../../site-agent/training/engines.ts';
import { PreparedTraining } from '../../../site-agent/training/prepared-training.ts';
import type { EngineName } from '../../../site-agent/training/training-engine.ts';
import type { TrainingJob } from '../../../site-agent/training/training-job.ts';
import { expectError } from '../../support/expect-error.ts';
import { installedEngines, tfjsNodeIsInstalled } from './installed-engines.ts';
import { layerModels, type LayerModel } from './layer-models.ts';
import { syntheticExamples } from './synthetic-examples.ts';

const key = Buffer.alloc(32, 7);
const steps = 4;

const momentum: TrainingJob['optimiser'] = { name: 'sgd', learningRate: 0.1, momentum: 0.5 };
const otherOptimisers: TrainingJob['optimiser'][] = [
  { name: 'sgd', learningRate: 0.1, momentum: 0 },
  { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
];

function jobOf({ topology, inputShape, indexes }: LayerModel, optimiser = momentum): TrainingJob {
  const examples = syntheticExamples({ count: 12, inputShape, ...(indexes === undefined ? {} : { indexes }) });
  return {
    topology, inputShape, targetWidths: [1], train: examples, test: examples, batchSize: 5,
    losses: ['binaryCrossentropy'], optimiser,
  };
}

async function trained(engineName: EngineName, job: TrainingJob) {
  const weights = await initialWeights(job.topology, key);
  const engine = await loadEngine(engineName);
  using training = await PreparedTraining.create(engine, job);
  const train = () => training.train({ weights, steps, randomnessKey: key }, () => {}, new AbortController().signal);
  const result = await train();
  const { core } = engine.tensorflow;
  const tensors = core.memory().numTensors;
  const again = await train();
  const scores = training.predict({ weights: result.weights, examples: 'test' })[0] as Float32Array;
  expect(core.memory().numTensors, 'tensors left by training and prediction').to.equal(tensors);
  expect(again, 'the same call again').to.deep.equal(result);
  return { before: weights, ...result, scores };
}

const apart = (left: Float32Array, right: Float32Array) => left.reduce((most, value, at) => Math.max(most, Math.abs(value - (right[at] as number))), 0);

describe('training engines', () => {
  const engines = installedEngines();

  it('all layers that a plan may use are tried here', () => {
    const tried = new Set(Object.values(layerModels).flatMap(({ topology }) => [...topologyNodes(topology)].map(({ className }) => className)));
    expect([...supportedLayers].filter((name) => !tried.has(name))).to.deep.equal([]);
  });

  async function expectSameOnAllEngines(job: TrainingJob): Promise<void> {
    const reference = await trained('cpu', job);
    expect(apart(reference.weights, reference.before), 'distance moved').to.be.above(1e-4);
    for (const engineName of engines.filter((engineName) => engineName !== 'cpu')) {
      const result = await trained(engineName, job);
      expect(apart(result.weights, reference.weights), `weights of ${engineName}`).to.be.below(1e-5);
      expect(apart(result.scores, reference.scores), `scores of ${engineName}`).to.be.below(1e-5);
      expect(result.meanLoss).to.be.closeTo(reference.meanLoss, 1e-5);
    }
  }

  for (const [name, model] of Object.entries(layerModels)) {
    it(`train the same up to rounding: ${name}`, async () => {
      expect(await topologyProblems(model.topology, model.inputShape, [1])).to.deep.equal([]);
      await expectSameOnAllEngines(jobOf(model));
    });
  }

  for (const optimiser of otherOptimisers) {
    it(`train the same up to rounding with ${optimiser.name}`, () => expectSameOnAllEngines(jobOf(layerModels['core'] as LayerModel, optimiser)));
  }

  it('one that is asked for by name and does not load is an error', async function () {
    if (tfjsNodeIsInstalled) this.skip();
    const error = await expectError('engine-unavailable', loadEngine('tfjs-node'));
    expect(error.detail).to.equal('The engine is tfjs-node.');
  });
});
