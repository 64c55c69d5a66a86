import type * as core from '@tensorflow/tfjs-core';
import type * as layers from '@tensorflow/tfjs-layers';
import { addChainedOperations } from './chained-operations.ts';
import { replaceOrthogonalInitialiser } from './orthogonal-initialiser.ts';

/** The two parts of TensorFlow.js that models are made of. A backend computes; it is chosen by whoever loads this. */
export interface Tensorflow {
  readonly core: typeof core;
  readonly layers: typeof layers;
}

let loading: Promise<Tensorflow> | undefined;

/** TensorFlow.js without a backend, loaded at first use because that takes half a second. */
export function loadTensorflow(): Promise<Tensorflow> {
  loading ??= load();
  return loading;
}

/** TensorFlow.js on its pure JavaScript backend, which is slow and gives the same result on every machine. */
export async function loadCpuTensorflow(): Promise<Tensorflow> {
  const tensorflow = await loadTensorflow();
  await import('@tensorflow/tfjs-backend-cpu');
  await tensorflow.core.setBackend('cpu');
  return tensorflow;
}

async function load(): Promise<Tensorflow> {
  const [core, layers] = await Promise.all([import('@tensorflow/tfjs-core'), import('@tensorflow/tfjs-layers')]);
  core.enableProdMode(); // otherwise it greets on the console
  addChainedOperations(core);
  replaceOrthogonalInitialiser(core);
  return { core, layers };
}
