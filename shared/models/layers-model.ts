import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers';
import { concatenateWeights, splitWeights } from './flat-weights.ts';
import { withRandomness, type RandomSource } from './keyed-randomness.ts';
import type { TensorSpec } from './tensor-spec.ts';
import type { Tensorflow } from './tensorflow.ts';
import { namedTopology, type Topology } from './topology.ts';
import { withZeroWeights } from './zero-weights.ts';

/**
 * The model of a topology, with weights drawn from `randomness`, on the backend in use. Its tensors belong to the
 * caller, who calls dispose(). Throws TensorFlow.js's own error when the topology is not right.
 */
export function buildLayersModel(tensorflow: Tensorflow, topology: Topology, randomness: RandomSource = Math.random): Promise<LayersModel> {
  // Everything up to the promise is synchronous: nobody else draws from this randomness.
  return withRandomness(randomness, () => build(tensorflow, topology));
}

/**
 * The same model with zeros for weights, for whoever reads its shapes or writes weights of their own; nothing is
 * drawn. Throws TooManyParameters before it takes memory for them, and TensorFlow.js's own error
 * when the topology is not right; then no tensor is left behind.
 */
export async function buildBlankModel(tensorflow: Tensorflow, topology: Topology): Promise<LayersModel> {
  const weights: LayerVariable[] = [];
  const building = withZeroWeights(tensorflow, weights, () => build(tensorflow, topology));
  try {
    return await building;
  } catch (error) {
    for (const weight of weights) weight.dispose();
    throw error;
  }
}

/**
 * Only class and settings reach TensorFlow.js: in a key beside them it would find a second model that nobody
 * checked (`modelTopology`, `model_config`) or the address of weights to load (`weightsManifest`).
 */
async function build({ layers }: Tensorflow, topology: Topology): Promise<LayersModel> {
  const { class_name, config } = namedTopology(topology);
  return layers.models.modelFromJSON({ modelTopology: { class_name, config } } as unknown as ModelJson);
}

/** The weights in the order of the flat vector (see flat-weights.ts). */
export function weightSpecs(model: LayersModel): TensorSpec[] {
  return model.weights.map(({ originalName, shape }) => ({ name: originalName, shape: shape as number[] }));
}

export function readFlatWeights(model: LayersModel): Float32Array {
  return concatenateWeights(model.weights.map((weight) => weight.read().dataSync<'float32'>()));
}

/** Throws a RangeError when the vector has not the model's length. */
export function writeFlatWeights({ core }: Tensorflow, model: LayersModel, flat: Float32Array): void {
  const specs = weightSpecs(model);
  core.tidy(() => {
    for (const [index, values] of splitWeights(flat, specs).entries()) {
      // A copy: the pure JavaScript backend keeps the array that it is given.
      model.weights[index]?.write(core.tensor(values.slice(), specs[index]?.shape as number[]));
    }
  });
}

type ModelJson = Parameters<Tensorflow['layers']['models']['modelFromJSON']>[0];
