import { initialWeights } from '../../shared/models/model-description.ts';
import { loadCpuEngine } from '../../site-agent/training/cpu-engine.ts';
import { PreparedTraining } from '../../site-agent/training/prepared-training.ts';
import { loadTfjsNodeEngine } from '../../site-agent/training/tfjs-node-engine.ts';
import type { TrainingEngine } from '../../site-agent/training/training-engine.ts';
import type { TrainingJob } from '../../site-agent/training/training-job.ts';

/**
 * Trains a small model with the native engine in the folder named by the argument, and with pure JavaScript; ends with
 * an error unless both come to the same weights up to rounding. A process of its own, for native code may end it.
 */
const rows = 24;
const inputs = 5;
const key = new Uint8Array(32);
const examples = {
  count: rows,
  inputs: Float32Array.from({ length: rows * inputs }, (_, at) => Math.sin(at)),
  targets: [Float32Array.from({ length: rows }, (_, at) => at % 2)],
};
const dense = (units: number, activation: string, first: object = {}) => ({ class_name: 'Dense', config: { units, activation, ...first } });
const topology = { class_name: 'Sequential', config: { layers: [dense(8, 'relu', { batch_input_shape: [null, inputs] }), dense(1, 'sigmoid')] } };
const job: TrainingJob = {
  topology, losses: ['binaryCrossentropy'], optimiser: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  batchSize: 8, inputShape: [inputs], targetWidths: [1], train: examples, test: examples,
};

const weights = await initialWeights(topology, key);
const expected = await trainedWith(await loadCpuEngine());
const actual = await trainedWith(await loadTfjsNodeEngine(undefined, process.argv[2]));
const apart = actual.reduce((most, weight, at) => Math.max(most, Math.abs(weight - (expected[at] as number))), 0);
if (!(apart < 1e-5)) throw new Error(`The native engine is ${apart} away from pure JavaScript.`);

async function trainedWith(engine: TrainingEngine): Promise<Float32Array> {
  using training = await PreparedTraining.create(engine, job);
  return (await training.train({ weights, steps: 10, randomnessKey: key }, () => {}, new AbortController().signal)).weights;
}
