import { buildBlankModel, buildLayersModel, readFlatWeights, weightSpecs } from './layers-model.ts';
import { keyedRandomness } from './keyed-randomness.ts';
import type { TensorSpec } from './tensor-spec.ts';
import { loadCpuTensorflow } from './tensorflow.ts';
import type { Topology } from './topology.ts';

/** What goes into a model, what comes out, and what is in between. Shapes begin with the batch, which is null. */
export interface ModelDescription {
  readonly weights: readonly TensorSpec[];
  readonly inputs: readonly (readonly (number | null)[])[];
  readonly outputs: readonly (readonly (number | null)[])[];
}

/** Describes a topology that `topologyProblems` finds nothing wrong with; throws TensorFlow.js's error otherwise. */
export async function describeTopology(topology: Topology): Promise<ModelDescription> {
  const model = await buildBlankModel(await loadCpuTensorflow(), topology);
  try {
    return {
      weights: weightSpecs(model),
      inputs: model.inputs.map(({ shape }) => [...shape]),
      outputs: model.outputs.map(({ shape }) => [...shape]),
    };
  } finally {
    model.dispose();
  }
}

/**
 * A fresh draw of every initialiser, as a flat weight vector. The same 32-byte key gives the same weights on every
 * machine. An initialiser that names its own seed in the topology keeps to that one.
 */
export async function initialWeights(topology: Topology, randomnessKey: Uint8Array): Promise<Float32Array> {
  const model = await buildLayersModel(await loadCpuTensorflow(), topology, keyedRandomness(randomnessKey, 'initial weights', 0));
  try {
    return readFlatWeights(model);
  } finally {
    model.dispose();
  }
}
