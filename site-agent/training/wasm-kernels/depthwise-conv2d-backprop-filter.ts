import * as tf from '@tensorflow/tfjs-core';
import type { TrainingKernel } from './training-kernel.ts';

/**
 * Gradient of depthwise conv2d by its filter, [height, width, in, multiplier], from kernels that the WASM backend
 * has: for each place in the filter, the input that this place saw times the output's gradient, summed.
 */
export const depthwiseConv2dBackpropFilter: TrainingKernel<tf.DepthwiseConv2dNativeBackpropFilterInputs, tf.DepthwiseConv2dNativeBackpropFilterAttrs> = {
  kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
  compute: ({ x, dy }, { strides, dilations, pad, dimRoundingMode, filterShape }) => {
    const { padInfo, ...shape } = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, dilations, pad, dimRoundingMode, true);
    const { batchSize, inChannels, outChannels, outHeight, outWidth, filterHeight, filterWidth } = shape;
    const multiplier = outChannels / inChannels;
    const places = batchSize * outHeight * outWidth;

    const padded = tf.pad4d(x, [[0, 0], [padInfo.top, padInfo.bottom], [padInfo.left, padInfo.right], [0, 0]]);
    const gradient = tf.reshape(dy, [places, inChannels, multiplier]);
    const seenFrom = (row: number, column: number): tf.Tensor => {
      const top = row * shape.dilationHeight;
      const left = column * shape.dilationWidth;
      const bottom = top + (outHeight - 1) * shape.strideHeight + 1;
      const right = left + (outWidth - 1) * shape.strideWidth + 1;
      const seen = tf.stridedSlice(padded, [0, top, left, 0], [batchSize, bottom, right, inChannels], [1, shape.strideHeight, shape.strideWidth, 1]);
      return tf.reshape(seen, [places, inChannels, 1]);
    };
    const sums = Array.from({ length: filterHeight * filterWidth }, (_, place) =>
      tf.tidy(() => tf.sum(tf.mul(seenFrom(Math.floor(place / filterWidth), place % filterWidth), gradient), 0)),
    );
    return tf.reshape(tf.stack(sums), filterShape);
  },
};
