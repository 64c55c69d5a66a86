/** Pixels row by row, channels last. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: Float32Array;
}

interface Weighted {
  readonly from: number;
  readonly weights: readonly number[];
}

/**
 * Bilinear resize, first along rows, then along columns.
 *
 * An output pixel's centre is (i + 0.5) x scale in the source. It is the mean of the source pixels around that
 * point, weighted by a triangle that reaches one source pixel when the image grows and `scale` pixels when it
 * shrinks (so that no source pixel is skipped); the triangle is cut off and rescaled at the border. The aspect ratio
 * is not kept. It is the rule of Pillow's `resize(..., BILINEAR)`, without its rounding.
 */
export function resized(raster: Raster, height: number, width: number): Float32Array {
  const { channels } = raster;
  const columns = weightsAlong(raster.width, width);
  const rows = weightsAlong(raster.height, height);

  const narrow = new Float32Array(raster.height * width * channels);
  for (let y = 0; y < raster.height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const start = (y * raster.width + columns[x].from) * channels + channel;
        narrow[(y * width + x) * channels + channel] = weightedSum(raster.values, start, channels, columns[x].weights);
      }
    }
  }
  const result = new Float32Array(height * width * channels);
  const rowStride = width * channels;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < rowStride; x++) {
      result[y * rowStride + x] = weightedSum(narrow, rows[y].from * rowStride + x, rowStride, rows[y].weights);
    }
  }
  return result;
}

function weightsAlong(source: number, target: number): Weighted[] {
  const scale = source / target;
  const reach = Math.max(scale, 1);
  return Array.from({ length: target }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const from = Math.max(0, Math.floor(centre - reach));
    const to = Math.min(source, Math.ceil(centre + reach));
    const triangle = Array.from({ length: to - from }, (_, offset) => Math.max(0, 1 - Math.abs(from + offset + 0.5 - centre) / reach));
    const sum = triangle.reduce((total, weight) => total + weight, 0);
    return { from, weights: triangle.map((weight) => weight / sum) };
  });
}

function weightedSum(values: Float32Array, start: number, stride: number, weights: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) sum += weights[index] * values[start + index * stride];
  return sum;
}
