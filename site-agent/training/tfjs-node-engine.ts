import util from 'node:util';
import { loadTensorflow } from '../../shared/models/tensorflow.ts';
import type { TrainingEngine } from './training-engine.ts';

/** The TensorFlow C library, where the optional package and its native library load. */
export async function loadTfjsNodeEngine(): Promise<TrainingEngine> {
  const tensorflow = await loadTensorflow();
  putBackUtilFunctions();
  const { version } = await import('@tensorflow/tfjs-node');
  if (!(await tensorflow.core.setBackend('tensorflow'))) throw new Error('The native backend of TensorFlow.js does not start.');
  return { name: 'tfjs-node', version: version['tfjs-node'], backend: 'TensorFlow C library', tensorflow };
}

/** tfjs-node 4.22 calls functions that node:util lost in Node 23. */
function putBackUtilFunctions(): void {
  const legacy = util as unknown as Record<string, unknown>;
  legacy['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  legacy['isArray'] ??= Array.isArray;
  legacy['isString'] ??= (value: unknown) => typeof value === 'string';
  legacy['isNumber'] ??= (value: unknown) => typeof value === 'number';
  legacy['isBoolean'] ??= (value: unknown) => typeof value === 'boolean';
  legacy['isObject'] ??= (value: unknown) => typeof value === 'object' && value !== null;
  legacy['isFunction'] ??= (value: unknown) => typeof value === 'function';
}
