/**
 * Which training engine is faster depends on the model: seconds that an epoch takes on synthetic data, on each engine that
 * loads, in a process of its own. The median over the epochs; the first is not counted. Adam, batches of 32.
 */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { writeTable } from '../shared/command-line/table.ts';
import type { Examples } from '../shared/datasets/examples.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { keyedRandomness } from '../shared/models/keyed-randomness.ts';
import { initialWeights } from '../shared/models/model-description.ts';
import type { Topology } from '../shared/models/topology.ts';
import { startTrainer } from '../site-agent/training/trainer.ts';
import { engineText, type EngineName } from '../site-agent/training/training-engine.ts';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false }, epochs: { type: 'string', default: '5' } } });
const epochs = Number(options.epochs);
const engines = ['wasm', 'tfjs-node'] as const satisfies EngineName[];
const batchSize = 32;
const key = new Uint8Array(32);

interface Subject {
  readonly model: string;
  readonly topology: Topology;
  readonly inputShape: readonly number[];
  readonly rows: number;
}

interface Row {
  readonly model: string;
  /** Seconds an epoch; missing where the engine does not load. */
  readonly seconds: Partial<Record<EngineName, number>>;
}

const layer = (className: string, config: object = {}) => ({ class_name: className, config });
const subjects: Subject[] = [
  {
    model: 'dense 60-64-32-1, 5,168 rows',
    inputShape: [60],
    rows: 5168,
    topology: layer('Sequential', {
      layers: [layer('Dense', { units: 64, activation: 'relu', batch_input_shape: [null, 60] }), layer('Dense', { units: 32, activation: 'relu' }), layer('Dense', { units: 1, activation: 'sigmoid' })],
    }),
  },
  {
    model: 'two-layer CNN, 256 images of 64x64x3',
    inputShape: [64, 64, 3],
    rows: 256,
    topology: layer('Sequential', {
      layers: [
        layer('Conv2D', { filters: 16, kernel_size: [3, 3], activation: 'relu', batch_input_shape: [null, 64, 64, 3] }),
        layer('MaxPooling2D', { pool_size: [2, 2] }),
        layer('Conv2D', { filters: 32, kernel_size: [3, 3], activation: 'relu' }),
        layer('MaxPooling2D', { pool_size: [2, 2] }),
        layer('Flatten'),
        layer('Dense', { units: 1, activation: 'sigmoid' }),
      ],
    }),
  },
];

const described = new Map<EngineName, string>();
const rows: Row[] = [];
for (const subject of subjects) {
  const seconds: Row['seconds'] = {};
  for (const name of engines) {
    const measured = await secondsPerEpoch(name, subject);
    if (measured !== undefined) seconds[name] = measured;
  }
  rows.push({ model: subject.model, seconds });
}
report();

async function secondsPerEpoch(name: EngineName, { topology, inputShape, rows: count }: Subject): Promise<number | undefined> {
  try {
    await using trainer = await startTrainer({ engine: name });
    described.set(name, engineText(trainer.engine));
    const train = invented(count, inputShape);
    await trainer.prepare({
      topology, inputShape, targetWidths: [1], train, test: { count: 0, inputs: new Float32Array(), targets: [new Float32Array()] }, batchSize,
      losses: ['binaryCrossentropy'], optimiser: { name: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    });
    const weights = await initialWeights(topology, key);
    const seconds: number[] = [];
    for (let epoch = 0; epoch <= epochs; epoch += 1) {
      const startMs = performance.now();
      await trainer.train({ weights, steps: Math.ceil(count / batchSize), randomnessKey: key });
      if (epoch > 0) seconds.push((performance.now() - startMs) / 1000);
    }
    return seconds.toSorted((left, right) => left - right)[Math.floor(seconds.length / 2)];
  } catch (error) {
    if (error instanceof ConsiliumError && error.code === 'engine-unavailable') return undefined;
    throw error;
  }
}

function invented(count: number, inputShape: readonly number[]): Examples {
  const random = keyedRandomness(key, 'engines bench', 0);
  const width = inputShape.reduce((product, size) => product * size, 1);
  return {
    count,
    inputs: Float32Array.from({ length: count * width }, () => 2 * random() - 1),
    targets: [Float32Array.from({ length: count }, () => Math.round(random()))],
  };
}

function report(): void {
  const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
  if (options.json) {
    console.log(JSON.stringify({ ...machine, engines: Object.fromEntries(described), epochs, models: rows }));
    return;
  }
  console.log(`${machine.processor}, ${machine.cores} cores, Node ${machine.node.slice(1)}; ${[...described.values()].join('; ')}\n`);
  const cell = (seconds: number | undefined) => seconds?.toFixed(2) ?? 'not installed';
  writeTable(process.stdout, [
    { title: 'MODEL', text: ({ model }: Row) => model },
    ...engines.map((name) => ({ title: `${name.toUpperCase()} s/epoch`, text: ({ seconds }: Row) => cell(seconds[name]) })),
    { title: 'WASM / TFJS-NODE', text: ({ seconds }: Row) => (seconds.wasm !== undefined && seconds['tfjs-node'] !== undefined ? (seconds.wasm / seconds['tfjs-node']).toFixed(2) : '') },
  ], rows);
}
