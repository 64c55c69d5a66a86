import * as tf from '@tensorflow/tfjs-core';

type ConvolutionShape = Pick<
  tf.backend_util.Conv2DInfo,
  'padInfo' | 'inHeight' | 'inWidth' | 'filterHeight' | 'filterWidth' | 'strideHeight' | 'strideWidth' | 'dilationHeight' | 'dilationWidth'
>;

/**
 * The output's gradient made ready to be convolved with the flipped filter, stride 1, which gives the gradient of
 * the padded input: zeros between its rows and columns where the stride left some out, and around it. Below and to the right there may
 * be more than the input had; the caller cuts the result to the input's size.
 */
export function gradientInFull(dy: tf.Tensor4D, shape: ConvolutionShape): tf.Tensor4D {
  const spread = spreadOut(dy, shape.strideHeight, shape.strideWidth);
  const above = (shape.filterHeight - 1) * shape.dilationHeight;
  const before = (shape.filterWidth - 1) * shape.dilationWidth;
  const below = Math.max(0, shape.padInfo.top + shape.inHeight - spread.shape[1]);
  const after = Math.max(0, shape.padInfo.left + shape.inWidth - spread.shape[2]);
  return tf.pad4d(spread, [[0, 0], [above, below], [before, after], [0, 0]]);
}

/** [batch, height, width, channels] with stride - 1 rows and columns of zeros after each. */
function spreadOut(dy: tf.Tensor4D, strideHeight: number, strideWidth: number): tf.Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const rows = tf.pad4d(tf.reshape(dy, [batch * height, 1, width, channels]), [[0, 0], [0, strideHeight - 1], [0, 0], [0, 0]]);
  const columns = tf.pad4d(tf.reshape(rows, [batch * height * strideHeight, width, 1, channels]), [[0, 0], [0, 0], [0, strideWidth - 1], [0, 0]]);
  return tf.reshape(columns, [batch, height * strideHeight, width * strideWidth, channels]);
}
