import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildBlankModel, writeFlatWeights } from './layers-model.ts';
import { loadCpuTensorflow, type Tensorflow } from './tensorflow.ts';
import type { Topology } from './topology.ts';

/** Rows as the model reads them: count x the size of one example. */
interface InputRows {
  readonly count: number;
  readonly inputs: Float32Array;
}

const rowsAtATime = 256;

/** The model's outputs for all rows, one array for each output, count x width; a few hundred rows at a time. */
export function predictions({ core }: Tensorflow, model: LayersModel, { count, inputs }: InputRows): Float32Array[] {
  const shape = model.inputs[0]?.shape.slice(1) as number[];
  const width = inputs.length / count;
  const outputs = model.outputs.map((output) => new Float32Array(count * (output.shape[1] as number)));
  for (let first = 0; first < count; first += rowsAtATime) {
    const rows = Math.min(rowsAtATime, count - first);
    core.tidy(() => {
      const batch = core.tensor(inputs.slice(first * width, (first + rows) * width), [rows, ...shape]);
      for (const [index, tensor] of ([model.predictOnBatch(batch)].flat() as Tensor[]).entries()) {
        outputs[index]?.set(tensor.dataSync<'float32'>(), first * (tensor.shape[1] as number));
      }
    });
  }
  return outputs;
}

/** Predicts without a trainer process, in pure JavaScript: for tables and small models. */
export async function predictWithWeights(topology: Topology, weights: Float32Array, rows: InputRows): Promise<Float32Array[]> {
  const tensorflow = await loadCpuTensorflow();
  const model = await buildBlankModel(tensorflow, topology);
  try {
    writeFlatWeights(tensorflow, model, weights);
    return predictions(tensorflow, model, rows);
  } finally {
    model.dispose();
  }
}
