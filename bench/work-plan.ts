import type { z } from 'zod';
import { laneWidths } from '../shared/studies/lanes.ts';
import type { planSchema } from '../shared/studies/plan.ts';
import { lanesOf, largestDelta, type Work } from './work.ts';

export type PlanJson = z.input<typeof planSchema>;

export const benchDataSet = 'bench-rows';

/** Every site has the same number of rows, and so the same weight. */
const trainingRows = 32;
const testRows = 8;
/** A lane's range; a little room for what error feedback adds to the largest delta. */
const clippingRange = 2 ** -7;

/** A study whose model has exactly the parameters and tensors of the work, and whose statistics fit into one ciphertext. */
export function planOf(work: Work): PlanJson {
  return {
    consilium: 1,
    study: `bench-${work.name}`,
    title: `Benchmark: ${work.name}`,
    purpose: 'Measures the federation itself: sites answer with a fixed change of the model.',
    data: {
      dataset: benchDataSet,
      columns: Array.from({ length: inputsOf(work) }, (_, index) => ({ name: `input_${index + 1}`, type: 'number' as const, unit: '1', minimum: 0, maximum: 1 })),
      targets: [{ type: 'regression', columns: [{ name: 'answer', unit: '1', minimum: 0, maximum: 1 }] }],
      split: { column: 'set', train: 'train', test: 'test' },
    },
    normalisation: { method: 'none' },
    model: { topology: topologyOf(work) },
    training: { losses: ['meanSquaredError'], optimiser: { name: 'sgd', learningRate: 0.1 }, batchSize: trainingRows, localSteps: 1 },
    aggregation: { serverOptimiser: { name: 'fedavg' }, weightCap: trainingRows, clipping: { range: clippingRange }, lanes: lanesOf(work) },
    privacy: { minimumContributors: 3, minimumSamples: trainingRows },
    rounds: { count: work.rounds, quorum: work.sites, deadlineSeconds: 1800 },
  };
}

/** A site's table: the rows do not matter, their number does. */
export function tableOf(work: Work): string {
  const inputs = inputsOf(work);
  const header = [...Array.from({ length: inputs }, (_, index) => `input_${index + 1}`), 'answer', 'set'].join(',');
  const rows = Array.from({ length: trainingRows + testRows }, (_, row) => [...Array.from({ length: inputs }, () => '0.5'), '0.5', row < trainingRows ? 'train' : 'test'].join(','));
  return [header, ...rows, ''].join('\n');
}

/** How far a weight may be from the exact mean: half a step of a lane with error feedback, and float32's rounding in each round. */
export function allowedError(work: Work): number {
  return clippingRange / 2 ** (laneWidths[lanesOf(work)].valueBits - 1) + work.rounds * 2 ** -25;
}

/** `tiny` is a regression over 13 inputs; the others need one only. */
function inputsOf({ tensors }: Work): number {
  return tensors.length === 2 ? tensors[0]! : 1;
}

/**
 * One input, spread over as many units as a tensor has values, and gathered again: by the next tensor when it has as many, by a mean
 * otherwise. No layer but the two-tensor regression has a bias, so that each is one tensor.
 */
function topologyOf(work: Work): Record<string, unknown> {
  const { tensors } = work;
  if (tensors.length === 2) return sequential([dense(1, { bias: true, inputs: inputsOf(work) })]);
  const layers: object[] = [];
  for (let index = 0; index < tensors.length; index++) {
    const size = tensors[index]!;
    layers.push(dense(size, { bias: false, ...(index === 0 && { inputs: 1 }) }));
    if (tensors[index + 1] === size) {
      layers.push(dense(1, { bias: false }));
      index += 1;
    } else {
      layers.push({ class_name: 'Reshape', config: { name: `as_rows_${index}`, target_shape: [size, 1] } }, { class_name: 'GlobalAveragePooling1D', config: { name: `mean_${index}` } });
    }
  }
  return sequential(layers);
}

function sequential(layers: readonly object[]): Record<string, unknown> {
  const named = layers.map((layer, index) => {
    const { class_name, config } = layer as { class_name: string; config: object };
    return { class_name, config: { name: `layer_${index + 1}`, ...config } };
  });
  return { class_name: 'Sequential', config: { name: 'bench', layers: named } };
}

/** Initial weights fill all bits of a float32, so that they do not compress. */
function dense(units: number, { bias, inputs }: { bias: boolean; inputs?: number }): object {
  return {
    class_name: 'Dense',
    config: {
      units,
      activation: 'linear',
      use_bias: bias,
      kernel_initializer: { class_name: 'RandomUniform', config: { minval: -2 * 10 * largestDelta, maxval: 2 * 10 * largestDelta } },
      dtype: 'float32',
      ...(inputs !== undefined && { batch_input_shape: [null, inputs] }),
    },
  };
}
