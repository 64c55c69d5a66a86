import * as tf from '@tensorflow/tfjs-core';
import type { TrainingKernel } from './training-kernel.ts';
import { gradientInFull } from './gradient-in-full.ts';

/**
 * Gradient of depthwise conv2d by its input, [batch, height, width, in], from kernels that the WASM backend has:
 * the output's gradient convolved depthwise with the flipped filter.
 */
export const depthwiseConv2dBackpropInput: TrainingKernel<tf.DepthwiseConv2dNativeBackpropInputInputs, tf.DepthwiseConv2dNativeBackpropInputAttrs> = {
  kernelName: tf.DepthwiseConv2dNativeBackpropInput,
  compute: ({ dy, filter }, { strides, dilations, pad, dimRoundingMode, inputShape }) => {
    const shape = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, dilations, pad, dimRoundingMode, true);
    const { padInfo, batchSize, inHeight, inWidth, inChannels, outChannels, filterHeight, filterWidth } = shape;

    const flipped: tf.Tensor4D = tf.reshape(tf.reverse(filter, [0, 1]), [filterHeight, filterWidth, outChannels, 1]);
    const gradient = tf.depthwiseConv2d(gradientInFull(dy, shape), flipped, 1, 'valid', 'NHWC', [shape.dilationHeight, shape.dilationWidth]);
    const cut = tf.slice(gradient, [0, padInfo.top, padInfo.left, 0], [batchSize, inHeight, inWidth, outChannels]);
    const multiplier = outChannels / inChannels;
    return multiplier === 1 ? cut : tf.sum(tf.reshape(cut, [batchSize, inHeight, inWidth, inChannels, multiplier]), 4);
  },
};
