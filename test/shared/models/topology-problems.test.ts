import { expect } from 'chai';
import { topologyProblems } from '../../../shared/models/topology-problems.ts';
import { loadCpuTensorflow } from '../../../shared/models/tensorflow.ts';

const layer = (className: string, config: object = {}) => ({ class_name: className, config });
const sequential = (...layers: object[]) => layer('Sequential', { layers });
const dense = (units: number, config: object = {}) => layer('Dense', { units, ...config });
const first = { batch_input_shape: [null, 4] };
const image = { batch_input_shape: [null, 8, 8, 3] };

const twoOutputs = layer('Functional', {
  name: 'two',
  layers: [
    { ...layer('InputLayer', { name: 'in', batch_input_shape: [null, 4], dtype: 'float32' }), name: 'in', inbound_nodes: [] },
    { ...dense(2, { name: 'a' }), name: 'a', inbound_nodes: [[['in', 0, 0, {}]]] },
    { ...dense(1, { name: 'b' }), name: 'b', inbound_nodes: [[['in', 0, 0, {}]]] },
  ],
  input_layers: [['in', 0, 0]],
  output_layers: [['a', 0, 0], ['b', 0, 0]],
});

const layersAt = (index: number) => `model.topology.config.layers[${index}]`;

const cases: { rule: string; topology: unknown; input?: number[] | null; outputs?: number[] | null; problems: [path: string, message: RegExp][] }[] = [
  { rule: 'a right model has none', topology: sequential(dense(1, first)), problems: [] },
  { rule: 'a model with two outputs, in order, has none', topology: twoOutputs, outputs: [2, 1], problems: [] },
  { rule: 'what is no model is refused', topology: 'model.json', problems: [['model.topology.class_name', /a model is "Sequential"/], ['model.topology.class_name', /missing/]] },
  { rule: 'a single layer is no model', topology: dense(1, first), problems: [['model.topology.class_name', /a model is "Sequential"/]] },
  {
    rule: 'every layer that is not built in is named',
    topology: sequential(dense(2, first), layer('Lambda', { function: 'x => x' }), layer('TimeDistributed', { layer: layer('MyLayer') })),
    problems: [[`${layersAt(1)}.class_name`, /"Lambda" is not a layer/], [`${layersAt(2)}.config.layer.class_name`, /"MyLayer"/]],
  },
  { rule: 'a class from the object prototype is refused', topology: sequential(layer('constructor')), problems: [[`${layersAt(0)}.class_name`, /"constructor"/]] },
  {
    rule: 'a setting in camel case, which TensorFlow.js reads as well, is refused',
    topology: sequential(layer('Conv2D', { ...image, filters: 1, kernel_size: [3, 3], dilationRate: [2, 2] })),
    problems: [[`${layersAt(0)}.config.dilationRate`, /write it as dilation_rate/]],
  },
  {
    rule: 'a dilated convolution is refused',
    topology: sequential(layer('Conv2D', { ...image, filters: 1, kernel_size: [3, 3], dilation_rate: [2, 2] })),
    problems: [[`${layersAt(0)}.config.dilation_rate`, /dilated/]],
  },
  {
    rule: 'constraints, which training would not keep, are refused',
    topology: sequential(dense(1, { ...first, kernel_constraint: layer('NonNeg'), bias_constraint: null })),
    problems: [[`${layersAt(0)}.config.kernel_constraint`, /does not keep/]],
  },
  {
    rule: 'a stateful layer is refused',
    topology: sequential(layer('LSTM', { batch_input_shape: [4, 3, 2], units: 2, stateful: true })),
    problems: [[`${layersAt(0)}.config.stateful`, /one patient to the next/]],
  },
  {
    rule: 'a second model and weights to load beside the first are refused',
    topology: { ...sequential(dense(1, first)), model_config: {}, modelTopology: {}, weightsManifest: [] },
    problems: ['model_config', 'modelTopology', 'weightsManifest'].map((key) => [`model.topology.${key}`, /not a part of a topology/]),
  },
  {
    rule: 'sizes beyond all reason, and sizes that are not whole, are refused',
    topology: sequential(dense(1e8, first), layer('RepeatVector', { n: 1e9 }), layer('Conv1D', { filters: 1, kernel_size: [1.5] })),
    problems: [[`${layersAt(0)}.config.units`, /at most 10000000/], [`${layersAt(1)}.config.n`, /at most/], [`${layersAt(2)}.config.kernel_size`, /whole/]],
  },
  { rule: 'a model of 201 million parameters is refused', topology: sequential(dense(14_000, first), dense(14_300), dense(1)), problems: [['model.topology', /more than 200000000 parameters/]] },
  { rule: 'a model of 199 million parameters has none', topology: sequential(dense(14_000, first), dense(14_200), dense(1)), problems: [] },
  {
    rule: 'a layer that puts out more than memory holds is reported',
    topology: sequential(dense(4, first), layer('RepeatVector', { n: 9_000_000 }), dense(500), layer('GlobalAveragePooling1D'), dense(1)),
    problems: [['model.topology', /"dense_2" puts out more values/]],
  },
  { rule: 'more than a thousand layers are refused', topology: sequential(dense(4, first), ...Array.from({ length: 8000 }, () => layer('ReLU'))), problems: [['model.topology', /more than 1000 layers/]] },
  { rule: 'layers that are nested very deep are refused', topology: nested(8000), problems: [['model.topology', /more than 32 deep/]] },
  { rule: 'a layer that is called very often is refused', topology: calledAgain(2000), problems: [[layersAt(1), /called more than 2000 times/]] },
  { rule: 'an unknown input shape and unknown output widths are not compared', topology: sequential(dense(3, first)), input: null, outputs: null, problems: [] },
  { rule: 'what TensorFlow.js cannot build is reported in its words', topology: sequential(dense(1)), problems: [['model.topology', /cannot build it: The first layer/]] },
  { rule: 'an unknown activation is reported', topology: sequential(dense(1, { ...first, activation: 'eval' })), problems: [['model.topology', /Unknown activation/]] },
  { rule: 'an initialiser that does not fit its weight is reported', topology: sequential(dense(1, { ...first, kernel_initializer: 'identity' })), problems: [['model.topology', /kernel" is no square matrix/]] },
  { rule: 'another input shape is reported', topology: sequential(dense(1, first)), input: [5], problems: [['model.topology', /the input's shape is \[null, 4\]; the data contract gives \[null, 5\]/]] },
  { rule: 'another output width is reported', topology: sequential(dense(3, first)), problems: [['model.topology', /output 1 has shape \[null, 3\]; its target needs \[null, 1\]/]] },
  { rule: 'a missing output is reported', topology: sequential(dense(1, first)), outputs: [1, 1], problems: [['model.topology', /1 outputs for 2 targets/]] },
  { rule: 'outputs in another order are reported, all of them', topology: twoOutputs, outputs: [1, 2], problems: [['model.topology', /output 1/], ['model.topology', /output 2/]] },
  {
    rule: 'an image that is pooled to nothing is reported',
    topology: sequential(layer('Conv2D', { ...image, filters: 2, kernel_size: [9, 9] }), layer('GlobalAveragePooling2D'), dense(1)),
    input: [8, 8, 3],
    problems: [['model.topology', /puts out nothing/]],
  },
  { rule: 'a model with nothing to train is reported', topology: sequential(layer('Flatten', { batch_input_shape: [null, 1, 1] })), input: [1, 1], problems: [['model.topology', /no layer has weights/]] },
  {
    rule: 'batch normalisation of another axis than the last is reported',
    topology: sequential(layer('BatchNormalization', { ...image, axis: 1 }), layer('GlobalAveragePooling2D'), dense(1)),
    input: [8, 8, 3],
    problems: [['model.topology', /normalises axis 1/]],
  },
];

/** Wrappers around wrappers. */
function nested(depth: number): object {
  let inner: object = {};
  for (let level = 0; level < depth; level += 1) inner = layer('TimeDistributed', { layer: inner });
  return inner;
}

/** One layer that reads its own output, again and again. */
function calledAgain(times: number): object {
  return layer('Functional', {
    layers: [
      { ...layer('InputLayer', { name: 'in', batch_input_shape: [null, 4] }), name: 'in', inbound_nodes: [] },
      { ...layer('ReLU', { name: 'again' }), name: 'again', inbound_nodes: Array.from({ length: times }, (_, call) => [[call === 0 ? 'in' : 'again', Math.max(0, call - 1), 0, {}]]) },
    ],
    input_layers: [['in', 0, 0]],
    output_layers: [['again', times - 1, 0]],
  });
}

describe('topology problems', () => {
  for (const { rule, topology, input = [4], outputs = [1], problems } of cases) {
    it(rule, async () => {
      const found = await topologyProblems(topology, input ?? undefined, outputs ?? undefined);
      expect(found.map(({ path }) => path)).to.deep.equal(problems.map(([path]) => path));
      for (const [index, [, message]] of problems.entries()) expect(found[index]?.message).to.match(message);
    });
  }

  it('are found without leaving tensors behind or harming the next model', async () => {
    const { core } = await loadCpuTensorflow();
    const before = core.memory().numTensors;
    await topologyProblems(sequential(dense(3, first)), [4], [1]);
    expect(core.memory().numTensors).to.equal(before);
    await topologyProblems(sequential(dense(1, { ...first, activation: 'eval' })), [4], [1]);
    expect(await topologyProblems(sequential(dense(1, first)), [4], [1])).to.deep.equal([]);
    // Builds two layers before it fails.
    expect(await topologyProblems(sequential(dense(3, first), dense(2), layer('Conv2D', { filters: 1, kernel_size: [1, 1] })), [4], [1])).to.have.length(1);
    expect(core.memory().numTensors).to.equal(before);
  });

  it('of a large model are found without drawing its weights', async () => {
    const platform = Math.random;
    Math.random = () => {
      throw new Error('A weight was drawn.');
    };
    try {
      expect(await topologyProblems(sequential(layer('LSTM', { units: 2500, batch_input_shape: [null, 5, 1] }), dense(1)), [5, 1], [1])).to.deep.equal([]);
    } finally {
      Math.random = platform;
    }
  });
});
