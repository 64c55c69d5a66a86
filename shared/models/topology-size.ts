import type { Problem } from '../errors/consilium-error.ts';
import { topologyNodes } from './topology.ts';

const mostLayers = 1000;
const deepestLayer = 32;
/** Of all layers together, each as often as the models around it are called. */
const mostUses = 2000;

/**
 * What makes a topology too big to be looked at, counted before anything else is done with it: a few thousand bytes
 * of a plan must not keep a coordinator from its other work. At most one problem, at the place where it was one too many.
 */
export function topologySizeProblems(topology: unknown): Problem[] {
  let layers = 0;
  let uses = 0;
  for (const node of topologyNodes(topology)) {
    layers += 1;
    uses += node.uses;
    if (node.depth > deepestLayer) return [{ path: 'model.topology', message: `layers are nested more than ${deepestLayer} deep` }];
    if (layers > mostLayers) return [{ path: 'model.topology', message: `the model has more than ${mostLayers} layers` }];
    if (uses > mostUses) return [{ path: node.path, message: `with this layer the model's layers are called more than ${mostUses} times` }];
  }
  return [];
}

/** Settings that say how large something is. */
const sizeSettings = [
  'units', 'filters', 'kernel_size', 'pool_size', 'strides', 'n', 'target_shape', 'size', 'padding', 'cropping',
  'input_dim', 'output_dim', 'input_length', 'depth_multiplier', 'batch_input_shape', 'input_shape',
];
const largestSize = 10_000_000;

/** @param path of the layer */
export function sizeSettingProblems(path: string, config: Readonly<Record<string, unknown>>): Problem[] {
  return sizeSettings
    .filter((key) => [config[key]].flat(2).some((size) => typeof size === 'number' && !(Number.isInteger(size) && size <= largestSize)))
    .map((key) => ({ path: `${path}.config.${key}`, message: `must be whole and at most ${largestSize}` }));
}

const mostOutputValues = 1_000_000_000;

/** Whether one example's values at this place of the model are more than memory holds. @param shape null for the batch */
export function isTooLarge(shape: readonly (number | null)[]): boolean {
  return !(shape.reduce<number>((product, size) => product * (size ?? 1), 1) <= mostOutputValues);
}
