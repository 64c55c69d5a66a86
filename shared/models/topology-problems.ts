import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Problem } from '../errors/consilium-error.ts';
import { buildBlankModel } from './layers-model.ts';
import { supportedLayers } from './supported-layers.ts';
import { loadCpuTensorflow } from './tensorflow.ts';
import { isTooLarge, sizeSettingProblems, topologySizeProblems } from './topology-size.ts';
import { isRecord, modelClasses, snakeCase, topologyNodes, type Topology, type TopologyNode } from './topology.ts';
import { TooManyParameters } from './zero-weights.ts';

type InputShape = readonly number[] | undefined;
type OutputWidths = readonly (number | undefined)[] | undefined;

/**
 * Everything that keeps a topology from being trained in a study, with its place in the plan: layers that no engine
 * trains, settings that TensorFlow.js reads and does not keep, and inputs and outputs that are not the contract's.
 *
 * @param expectedInputShape shape of one example, without the batch; undefined when nobody knows it yet
 * @param expectedOutputWidths units of each output, one output for each target; what is undefined is not compared
 */
export async function topologyProblems(
  topology: unknown,
  expectedInputShape: InputShape,
  expectedOutputWidths: OutputWidths,
): Promise<Problem[]> {
  const tooBig = topologySizeProblems(topology);
  if (tooBig.length > 0) return tooBig;
  const problems = [...topologyNodes(topology)].flatMap(nodeProblems);
  if (!isRecord(topology) || !modelClasses.has(topology['class_name'])) {
    problems.unshift({ path: 'model.topology.class_name', message: 'a model is "Sequential" or "Functional", as { "class_name", "config" }' });
  }
  if (isRecord(topology)) problems.push(...besideProblems(topology));
  if (problems.length > 0) return problems;
  return builtProblems(topology as Topology, expectedInputShape, expectedOutputWidths);
}

const topologyKeys: ReadonlySet<string> = new Set(['class_name', 'config', 'name', 'keras_version', 'backend']);

/** TensorFlow.js would read a second model, or the address of weights, from other keys; see layers-model.ts. */
function besideProblems(topology: Topology): Problem[] {
  return Object.keys(topology)
    .filter((key) => !topologyKeys.has(key))
    .map((key) => ({ path: `model.topology.${key}`, message: 'is not a part of a topology, which is { "class_name", "config" }' }));
}

function nodeProblems({ path, className, config }: TopologyNode): Problem[] {
  if (typeof className !== 'string') return [{ path: `${path}.class_name`, message: 'missing; name the layer\'s class' }];
  if (!supportedLayers.has(className)) {
    return [{ path: `${path}.class_name`, message: `"${className}" is not a layer that Consilium trains; a plan carries no code of its own` }];
  }
  if (!isRecord(config)) return [{ path: `${path}.config`, message: 'missing; give the layer\'s settings as an object' }];
  const problem = (key: string, message: string): Problem => ({ path: `${path}.config.${key}`, message });
  return [
    ...sizeSettingProblems(path, config),
    ...Object.keys(config)
      .filter((key) => /[A-Z]/.test(key))
      .map((key) => problem(key, `TensorFlow.js would read it, and the checks here would not: write it as ${snakeCase(key)}`)),
    ...(isDilated(config['dilation_rate']) ? [problem('dilation_rate', 'dilated convolutions cannot be trained with TensorFlow.js; use 1')] : []),
    ...(config['padding'] === 'causal' ? [problem('padding', 'causal padding is not implemented in TensorFlow.js; use "same" or "valid"')] : []),
    ...(config['stateful'] === true ? [problem('stateful', 'a state would be carried from one patient to the next; use false')] : []),
    ...Object.keys(config)
      .filter((key) => key.endsWith('_constraint') && config[key] !== null)
      .map((key) => problem(key, 'TensorFlow.js does not keep constraints in training; use a regulariser or none')),
  ];
}

function isDilated(rate: unknown): boolean {
  return rate !== undefined && rate !== null && [rate].flat().some((value) => value !== 1);
}

async function builtProblems(topology: Topology, inputShape: InputShape, outputWidths: OutputWidths): Promise<Problem[]> {
  let model: LayersModel | undefined;
  try {
    model = await buildBlankModel(await loadCpuTensorflow(), topology);
    return [...layerProblems(model), ...interfaceProblems(model, inputShape, outputWidths)];
  } catch (error) {
    if (error instanceof TooManyParameters) return [{ path: 'model.topology', message: error.message }];
    return [{ path: 'model.topology', message: `TensorFlow.js cannot build it: ${error instanceof Error ? error.message : 'unknown error'}` }];
  } finally {
    model?.dispose();
  }
}

function layerProblems(model: LayersModel): Problem[] {
  const problems: Problem[] = [];
  const problem = (message: string) => problems.push({ path: 'model.topology', message });
  if (model.trainableWeights.length === 0) problem('no layer has weights to train');
  const names = model.weights.map(({ originalName }) => originalName);
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    problem(`two weights are called "${name}"; give each layer a name of its own`);
  }
  for (const layer of model.layers) {
    const shapes = layer.inboundNodes.flatMap((node) => node.outputTensors.map(({ shape }) => shape));
    const empty = shapes.find((shape) => shape.includes(0));
    if (empty) problem(`layer "${layer.name}" puts out nothing: its output shape is ${shapeText(empty)}`);
    const large = shapes.find(isTooLarge);
    if (large) problem(`layer "${layer.name}" puts out more values for one example than fit in memory: its output shape is ${shapeText(large)}`);
    const axis = layer.getConfig()['axis'];
    if (layer.getClassName() === 'BatchNormalization' && axis !== -1 && shapes.some((shape) => axis !== shape.length - 1)) {
      problem(`layer "${layer.name}" normalises axis ${String(axis)}; TensorFlow.js trains batch normalisation of the last axis only, -1`);
    }
  }
  return problems;
}

function interfaceProblems(model: LayersModel, inputShape: InputShape, outputWidths: OutputWidths): Problem[] {
  const problems: Problem[] = [];
  const problem = (message: string) => problems.push({ path: 'model.topology', message });
  const expectedInput = inputShape && shapeText([null, ...inputShape]);
  if (model.inputs.length !== 1) problem(`the model has ${model.inputs.length} inputs; it needs one${expectedInput ? `, of shape ${expectedInput}` : ''}`);
  for (const { shape } of model.inputs.slice(0, 1)) {
    if (expectedInput && shapeText(shape) !== expectedInput) problem(`the input's shape is ${shapeText(shape)}; the data contract gives ${expectedInput}`);
  }
  if (!outputWidths) return problems;
  if (model.outputs.length !== outputWidths.length) {
    problem(`the model has ${model.outputs.length} outputs for ${outputWidths.length} targets; it needs one for each, in order`);
    return problems;
  }
  for (const [index, { shape }] of model.outputs.entries()) {
    const width = outputWidths[index];
    if (width === undefined) continue;
    const expected = shapeText([null, width]);
    if (shapeText(shape) !== expected) problem(`output ${index + 1} has shape ${shapeText(shape)}; its target needs ${expected}`);
  }
  return problems;
}

function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map(String).join(', ')}]`;
}
