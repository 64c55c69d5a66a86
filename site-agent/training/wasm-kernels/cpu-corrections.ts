import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { resizeNearestNeighborGrad } from './resize-nearest-neighbor-grad.ts';
import { registerTrainingKernel, replaceKernel } from './training-kernel.ts';

let corrected = false;

/** Kernels that the pure JavaScript backend of tfjs 4.22 gets wrong: it is the measure of the other engines. */
export function correctCpuKernels(): void {
  if (corrected) return;
  corrected = true;
  registerTrainingKernel(resizeNearestNeighborGrad, 'cpu');
  const bilinear = tf.getKernel(tf.ResizeBilinearGrad, 'cpu');
  replaceKernel({
    ...bilinear,
    // Its values are right, its shape has height and width exchanged.
    kernelFunc: (params) => ({ ...(bilinear.kernelFunc(params) as tf.TensorInfo), shape: [...(params.inputs['images'] as tf.TensorInfo).shape] }),
  });
}
