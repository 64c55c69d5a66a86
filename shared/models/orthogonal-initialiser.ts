import type * as tensorflow from '@tensorflow/tfjs-core';
import type { Rank, Tensor } from '@tensorflow/tfjs-core';

interface Orthogonal {
  readonly gain: number;
  readonly seed?: number;
}

/**
 * TensorFlow.js takes half a minute for the orthogonal initialiser of an LSTM layer of 128 units, in which
 * recurrent layers start by default. This one takes milliseconds: a Gaussian matrix made orthonormal.
 */
export function replaceOrthogonalInitialiser(core: typeof tensorflow): void {
  const registered = core.serialization.SerializationMap.getMap().classNameMap['Orthogonal'];
  if (!registered) throw new Error('This version of TensorFlow.js has no orthogonal initialiser to replace.');
  const prototype = registered[0].prototype as unknown as { apply(this: Orthogonal, shape: number[]): Tensor };
  prototype.apply = function (shape) {
    const columns = shape.at(-1) as number;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const vectors = Math.min(rows, columns);
    const length = Math.max(rows, columns);
    const normal = core.tidy(() => core.randomNormal<Rank.R2>([vectors, length], 0, 1, 'float32', this.seed).dataSync());
    const orthonormal = orthonormalRows(Float64Array.from(normal), vectors, length);
    return core.tidy(() => {
      const matrix = core.tensor2d(Float32Array.from(orthonormal, (value) => value * this.gain), [vectors, length]);
      return core.reshape(rows <= columns ? matrix : core.transpose(matrix), shape);
    });
  };
}

/** Modified Gram-Schmidt, done twice for each row so that rounding leaves nothing ("twice is enough", Parlett 1980). */
function orthonormalRows(matrix: Float64Array, rows: number, length: number): Float64Array {
  for (let row = 0; row < rows; row += 1) {
    const current = matrix.subarray(row * length, (row + 1) * length);
    for (let pass = 0; pass < 2; pass += 1) {
      for (let earlier = 0; earlier < row; earlier += 1) {
        const other = matrix.subarray(earlier * length, (earlier + 1) * length);
        const overlap = product(current, other);
        for (let at = 0; at < length; at += 1) current[at] = (current[at] as number) - overlap * (other[at] as number);
      }
    }
    const norm = Math.sqrt(product(current, current));
    for (let at = 0; at < length; at += 1) current[at] = (current[at] as number) / norm;
  }
  return matrix;
}

function product(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += (left[at] as number) * (right[at] as number);
  return sum;
}
