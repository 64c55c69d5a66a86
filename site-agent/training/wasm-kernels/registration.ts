import * as tf from '@tensorflow/tfjs-core';
import { borrowKernelFromCpu } from './borrowed-kernel.ts';
import { registerTrainingKernel } from './training-kernel.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { depthwiseConv2dBackpropFilter } from './depthwise-conv2d-backprop-filter.ts';
import { depthwiseConv2dBackpropInput } from './depthwise-conv2d-backprop-input.ts';
import { maxPoolBackprop } from './max-pool-backprop.ts';
import { resizeNearestNeighborGrad } from './resize-nearest-neighbor-grad.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

/**
 * Kernels whose results in the WASM backend of tfjs 4.22 are wrong, some for all inputs, some for more than one row
 * or for negative values. Volumes are rare enough to be slow.
 */
export const borrowedKernels = [tf.MaxPool3D, tf.MaxPool3DGrad, tf.Conv3DBackpropFilterV2, tf.Conv3DBackpropInputV2];

/** Gives the WASM backend the kernels without which it can predict but not train. */
export function registerWasmKernels(): void {
  registerTrainingKernel(conv2dBackpropFilter, 'wasm');
  registerTrainingKernel(conv2dBackpropInput, 'wasm');
  registerTrainingKernel(depthwiseConv2dBackpropFilter, 'wasm');
  registerTrainingKernel(depthwiseConv2dBackpropInput, 'wasm');
  registerTrainingKernel(maxPoolBackprop, 'wasm');
  registerTrainingKernel(resizeNearestNeighborGrad, 'wasm');
  registerTrainingKernel(unsortedSegmentSum, 'wasm');
  for (const kernelName of borrowedKernels) borrowKernelFromCpu(kernelName, 'wasm');
}
