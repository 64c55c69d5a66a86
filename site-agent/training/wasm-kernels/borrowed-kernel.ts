import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { replaceKernel } from './training-kernel.ts';

/**
 * Makes a backend compute a kernel in pure JavaScript, with the CPU backend's kernel on copies of the inputs: slow,
 * and right where the backend's own kernel is not. For kernels with one output.
 */
export function borrowKernelFromCpu(kernelName: string, backendName: string): void {
  const kernel = tf.getKernel(kernelName, 'cpu');
  const cpu = tf.findBackend('cpu') as CpuBackend;
  replaceKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const copies = Object.entries(inputs as Record<string, tf.Tensor>).map(
        ([name, tensor]) => [name, cpu.makeTensorInfo(tensor.shape, tensor.dtype, tensor.dataSync())] as const,
      );
      const output = kernel.kernelFunc({ inputs: Object.fromEntries(copies), attrs, backend: cpu }) as tf.TensorInfo;
      try {
        return tf.tensor(cpu.readSync(output.dataId) as Float32Array, output.shape, output.dtype);
      } finally {
        for (const info of [output, ...copies.map(([, copy]) => copy)]) cpu.disposeData(info.dataId);
      }
    },
  });
}

interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.backend_util.BackendValues): tf.TensorInfo;
}
