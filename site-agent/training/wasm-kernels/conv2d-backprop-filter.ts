import * as tf from '@tensorflow/tfjs-core';
import type { TrainingKernel } from './training-kernel.ts';

/**
 * Gradient of conv2d by its filter, [height, width, in, out], from kernels that the WASM backend has.
 *
 * The gradient is itself a convolution: of the padded input, its batch taken for channels, with the output's
 * gradient for a filter, whose dilation is the stride of the original convolution.
 */
export const conv2dBackpropFilter: TrainingKernel<tf.Conv2DBackpropFilterInputs, tf.Conv2DBackpropFilterAttrs> = {
  kernelName: tf.Conv2DBackpropFilter,
  compute: ({ x, dy }, { strides, pad, dataFormat, dimRoundingMode, filterShape }) => {
    if (dataFormat !== 'NHWC') throw new Error(`Conv2DBackpropFilter is composed for NHWC, not for ${dataFormat}.`);
    const { padInfo, filterHeight, filterWidth, inChannels, outChannels, strideHeight, strideWidth } =
      tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);

    const padded = tf.pad4d(x, [[0, 0], [padInfo.top, padInfo.bottom], [padInfo.left, padInfo.right], [0, 0]]);
    const batchAsChannels = tf.transpose(padded, [3, 1, 2, 0]);
    const gradientAsFilter = tf.transpose(dy, [1, 2, 0, 3]);
    const gradient = tf.conv2d(batchAsChannels, gradientAsFilter, 1, 'valid', 'NHWC', [strideHeight, strideWidth]);
    // Rows and columns that the strides never reached leave a margin.
    const cut = tf.slice(gradient, [0, 0, 0, 0], [inChannels, filterHeight, filterWidth, outChannels]);
    return tf.transpose(cut, [1, 2, 0, 3]);
  },
};
