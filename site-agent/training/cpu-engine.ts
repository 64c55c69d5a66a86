import { loadCpuTensorflow } from '../../shared/models/tensorflow.ts';
import type { TrainingEngine } from './training-engine.ts';

/** Pure JavaScript: slow, and the measure of the other engines. */
export async function loadCpuEngine(): Promise<TrainingEngine> {
  const tensorflow = await loadCpuTensorflow();
  const { correctCpuKernels } = await import('./wasm-kernels/cpu-corrections.ts');
  correctCpuKernels();
  const { version_cpu: version } = await import('@tensorflow/tfjs-backend-cpu');
  return { name: 'cpu', version, backend: 'pure JavaScript', threads: 1, tensorflow };
}
