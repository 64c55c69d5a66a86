import { loadTensorflow } from '../../shared/models/tensorflow.ts';
import type { TrainingEngine } from './training-engine.ts';

/** WebAssembly, on every machine. One thread: the order of additions, and so the result, is always the same. */
export async function loadWasmEngine(): Promise<TrainingEngine> {
  const tensorflow = await loadTensorflow();
  const { core } = tensorflow;
  const { setThreadsCount, version_wasm: version } = await import('@tensorflow/tfjs-backend-wasm');
  const { registerWasmKernels } = await import('./wasm-kernels/registration.ts');
  setThreadsCount(1);
  registerWasmKernels();
  if (!(await core.setBackend('wasm'))) throw new Error('The WASM backend of TensorFlow.js does not start.');
  const simd = await core.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return { name: 'wasm', version, backend: `WebAssembly${simd ? ' with SIMD' : ''}`, threads: 1, tensorflow };
}
