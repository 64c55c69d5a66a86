import * as tf from '@tensorflow/tfjs-core';
import type { TrainingKernel } from './training-kernel.ts';

/**
 * Sums the rows of x that have the same segment id: the gradient of embeddings and gathers. Composed of scatterNd,
 * which adds what falls into one place. Ids outside of [0, numSegments) count for nothing, as in TensorFlow; they
 * go to a segment that is cut off, because the WASM kernel would write outside of its tensor.
 */
export const unsortedSegmentSum: TrainingKernel<tf.UnsortedSegmentSumInputs, tf.UnsortedSegmentSumAttrs> = {
  kernelName: tf.UnsortedSegmentSum,
  compute: ({ x, segmentIds }, { numSegments }) => {
    const rows = segmentIds.size;
    const rowShape = x.shape.slice(segmentIds.rank);
    const rowSize = x.size / rows;

    const ids = tf.cast(tf.reshape(segmentIds, [rows, 1]), 'int32');
    const outside = tf.logicalOr(tf.less(ids, 0), tf.greaterEqual(ids, numSegments));
    const places = tf.where(outside, tf.fill(ids.shape, numSegments, 'int32'), ids);
    const sums = tf.scatterND(places, tf.reshape(x, [rows, rowSize]), [numSegments + 1, rowSize]);
    return tf.reshape(tf.slice(sums, [0, 0], [numSegments, rowSize]), [numSegments, ...rowShape]);
  },
};
