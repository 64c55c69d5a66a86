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

const cases: { rule: string; topology: unknown; input?: number[]; outputs?: number[]; problems: [path: string, message: RegExp][] }[] = [
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
  { rule: 'what TensorFlow.js cannot build is reported in its words', topology: sequential(dense(1)), problems: [['model.topology', /cannot build it: The first layer/]] },
  { rule: 'an unknown activation is reported', topology: sequential(dense(1, { ...first, activation: 'eval' })), problems: [['model.topology', /Unknown activation/]] },
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

describe('topology problems', () => {
  for (const { rule, topology, input = [4], outputs = [1], problems } of cases) {
    it(rule, async () => {
      const found = await topologyProblems(topology, input, outputs);
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
  });
});
