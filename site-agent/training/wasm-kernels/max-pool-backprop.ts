import * as tf from '@tensorflow/tfjs-core';
import type { TrainingKernel } from './training-kernel.ts';

/**
 * Gradient of max pooling by its input: each window's gradient goes to the first of its largest values. The WASM
 * backend has this kernel, but it gives nothing to windows whose values are all negative (tfjs 4.22).
 */
export const maxPoolBackprop: TrainingKernel<tf.MaxPoolGradInputs, tf.MaxPoolGradAttrs> = {
  kernelName: tf.MaxPoolGrad,
  compute: ({ dy, input }, { filterSize, strides, pad, dimRoundingMode }) => {
    const shape = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
    const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = shape;
    const values = input.dataSync<'float32'>();
    const gradient = dy.dataSync<'float32'>();
    const result = new Float32Array(input.size);
    let window = 0;
    for (let batch = 0; batch < batchSize; batch += 1) {
      for (let row = 0; row < outHeight; row += 1) {
        const top = row * strideHeight - padInfo.top;
        const rows = { from: Math.max(0, top), to: Math.min(inHeight, top + shape.filterHeight) };
        for (let column = 0; column < outWidth; column += 1) {
          const left = column * strideWidth - padInfo.left;
          const columns = { from: Math.max(0, left), to: Math.min(inWidth, left + shape.filterWidth) };
          for (let channel = 0; channel < channels; channel += 1) {
            let largest = -Infinity;
            let place = -1;
            for (let y = rows.from; y < rows.to; y += 1) {
              for (let x = columns.from; x < columns.to; x += 1) {
                const at = ((batch * inHeight + y) * inWidth + x) * channels + channel;
                const value = values[at] as number;
                if (value <= largest) continue;
                largest = value;
                place = at;
              }
            }
            result[place] = (result[place] as number) + (gradient[window] as number);
            window += 1;
          }
        }
      }
    }
    return tf.tensor(result, input.shape);
  },
};
