import * as tf from '@tensorflow/tfjs-core';
import type { TrainingKernel } from './training-kernel.ts';

/**
 * Gradient of upsampling by the nearest neighbour: each place of the input gets the sum over the places of the output
 * that copied it. Both backends' own kernels read the first image's gradient for the other images of a batch.
 * Composed of two multiplications with matrices of zeros and ones that say who copied whom, as upsampling does it.
 */
export const resizeNearestNeighborGrad: TrainingKernel<tf.ResizeNearestNeighborGradInputs, tf.ResizeNearestNeighborGradAttrs> = {
  kernelName: tf.ResizeNearestNeighborGrad,
  compute: ({ images, dy }, { alignCorners }) => {
    const [batch, height, width, depth] = images.shape;
    const [, newHeight, newWidth] = dy.shape;
    const overColumns = tf.matMul(copies(width, newWidth, alignCorners), tf.reshape(dy, [batch * newHeight, newWidth, depth]), true);
    const overRows = tf.matMul(copies(height, newHeight, alignCorners), tf.reshape(overColumns, [batch, newHeight, width * depth]), true);
    return tf.reshape(overRows, [batch, height, width, depth]);
  },
};

/** A one at [to, from] where place `to` of the output copies place `from` of the input; shape [1, newSize, size]. */
function copies(size: number, newSize: number, alignCorners: boolean): tf.Tensor3D {
  const corners = alignCorners && newSize > 1 ? 1 : 0;
  const scale = (size - corners) / (newSize - corners);
  const from = Array.from({ length: newSize }, (_, to) => Math.min(size - 1, alignCorners ? Math.round(to * scale) : Math.floor(to * scale)));
  return tf.reshape(tf.cast(tf.oneHot(tf.tensor1d(from, 'int32'), size), 'float32'), [1, newSize, size]);
}
