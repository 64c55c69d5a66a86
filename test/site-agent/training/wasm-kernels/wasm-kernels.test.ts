import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { loadCpuEngine } from '../../../../site-agent/training/cpu-engine.ts';
import { loadWasmEngine } from '../../../../site-agent/training/wasm-engine.ts';

interface Values {
  readonly shape: number[];
  readonly seed: number;
  /** Rounded to whole numbers, so that many are equal. */
  readonly rounded?: boolean;
}

type Inputs = Record<string, Values | tf.Tensor>;

/** Runs a kernel on both backends and expects the same, up to 1e-5 of the largest value, and no tensor left behind. */
async function expectSameAsCpu(kernelName: string, inputs: Inputs, attributes: object): Promise<void> {
  const [cpu, wasm] = [await run('cpu', kernelName, inputs, attributes), await run('wasm', kernelName, inputs, attributes)];
  expect(wasm.shape).to.deep.equal(cpu.shape);
  const largest = cpu.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const apart = cpu.values.reduce((most, value, at) => Math.max(most, Math.abs(value - (wasm.values[at] as number))), 0);
  expect(apart / largest, `${kernelName} ${JSON.stringify([inputs, attributes])}`).to.be.below(1e-5);
}

async function run(backend: 'cpu' | 'wasm', kernelName: string, inputs: Inputs, attributes: object) {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => {
    const tensors = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input instanceof tf.Tensor ? input.clone() : normal(input)]));
    const output = tf.engine().runKernel(kernelName, tensors, attributes as tf.NamedAttrMap) as tf.Tensor;
    return { shape: output.shape, values: output.dataSync<'float32'>() };
  });
  expect(tf.memory().numTensors, `tensors after ${kernelName} on ${backend}`).to.equal(before);
  return result;
}

function normal({ shape, seed, rounded }: Values): tf.Tensor {
  const values = tf.randomNormal(shape as [number], 0, 1, 'float32', seed + 1);
  return rounded ? tf.round(values) : values;
}

const size = fc.integer({ min: 1, max: 9 });
const few = fc.integer({ min: 1, max: 3 });
const convolution = fc
  .record({
    image: fc.tuple(few, size, size, few),
    filter: fc.tuple(few, few),
    output: few,
    strides: fc.tuple(few, few),
    pad: fc.constantFrom('same' as const, 'valid' as const),
    seed: fc.nat(1e6),
  })
  .filter(({ image, filter, pad }) => pad === 'same' || (image[1] >= filter[0] && image[2] >= filter[1]));

const spatialDilations = fc.constantFrom([1, 1], [2, 2], [1, 3]) as fc.Arbitrary<[number, number]>;
const runs = { numRuns: 120, seed: 4 };

describe('kernels that the WASM backend is given', () => {
  before(async () => {
    await loadCpuEngine();
    await loadWasmEngine();
  });

  it('Conv2DBackpropFilter and Conv2DBackpropInput are those of the CPU backend', async () => {
    await fc.assert(
      fc.asyncProperty(convolution, async ({ image, filter, output, strides, pad, seed }) => {
        const filterShape: [number, number, number, number] = [...filter, image[3], output];
        const { outShape } = tf.backend_util.computeConv2DInfo(image, filterShape, strides, 1, pad);
        const attributes = { strides, pad, dataFormat: 'NHWC' };
        const dy = { shape: outShape, seed };
        await expectSameAsCpu(tf.Conv2DBackpropFilter, { x: { shape: image, seed: seed + 1 }, dy }, { ...attributes, filterShape });
        await expectSameAsCpu(tf.Conv2DBackpropInput, { dy, filter: { shape: filterShape, seed: seed + 2 } }, { ...attributes, inputShape: image });
      }),
      runs,
    );
  });

  it('their depthwise sisters are those of the CPU backend', async () => {
    await fc.assert(
      fc.asyncProperty(convolution, async ({ image, filter, output, strides, pad, seed }) => {
        const filterShape: [number, number, number, number] = [...filter, image[3], output];
        const { outShape } = tf.backend_util.computeConv2DInfo(image, filterShape, strides, 1, pad, undefined, true);
        const attributes = { strides, pad, dilations: [1, 1] };
        const dy = { shape: outShape, seed };
        await expectSameAsCpu(tf.DepthwiseConv2dNativeBackpropFilter, { x: { shape: image, seed: seed + 1 }, dy }, { ...attributes, filterShape });
        await expectSameAsCpu(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter: { shape: filterShape, seed: seed + 2 } }, { ...attributes, inputShape: image });
      }),
      runs,
    );
  });

  it('depthwise gradients with dilation are the transpose of the convolution', async () => {
    // The CPU backend leaves dilation out of these gradients. <conv(x, f), dy> is linear in x and in f.
    await tf.setBackend('wasm');
    fc.assert(
      fc.property(convolution, spatialDilations, ({ image, filter, output, pad, seed }, dilations) => {
        const [batch, height, width, channels] = image;
        const inputShape: [number, number, number, number] = [batch, height + 6, width + 6, channels];
        const filterShape: [number, number, number, number] = [...filter, channels, output];
        const difference = tf.tidy(() => {
          const x = normal({ shape: inputShape, seed }) as tf.Tensor4D;
          const f = normal({ shape: filterShape, seed: seed + 1 }) as tf.Tensor4D;
          const y = tf.depthwiseConv2d(x, f, 1, pad, 'NHWC', dilations);
          const dy = normal({ shape: y.shape, seed: seed + 2 });
          const attributes = { strides: [1, 1], pad, dilations };
          const dx = tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter: f }, { ...attributes, inputShape }) as tf.Tensor;
          const df = tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, { ...attributes, filterShape }) as tf.Tensor;
          const inner = (left: tf.Tensor, right: tf.Tensor) => tf.sum(tf.mul(left, right)).dataSync()[0] as number;
          const scale = Math.max(1, tf.sum(tf.abs(tf.mul(y, dy))).dataSync()[0] as number);
          return [inner(x, dx), inner(f, df)].map((value) => Math.abs(value - inner(y, dy)) / scale);
        });
        for (const apart of difference) expect(apart).to.be.below(1e-5);
      }),
      runs,
    );
  });

  it('MaxPoolGrad is that of the CPU backend, also where all values are negative or several are largest', async () => {
    await fc.assert(
      fc.asyncProperty(convolution, fc.boolean(), async ({ image, filter, strides, pad, seed }, rounded) => {
        const { outShape } = tf.backend_util.computePool2DInfo(image, filter, strides, 1, pad);
        const input = { shape: image, seed, rounded };
        const inputs = { dy: { shape: outShape, seed: seed + 1 }, input, output: { shape: outShape, seed } };
        await expectSameAsCpu(tf.MaxPoolGrad, inputs, { filterSize: filter, strides, pad });
      }),
      runs,
    );
  });

  it('UnsortedSegmentSum is that of the CPU backend, also with ids that no segment has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -2, max: 8 }), { minLength: 1, maxLength: 12 }), few, fc.integer({ min: 1, max: 6 }), fc.nat(1e6), async (ids, width, numSegments, seed) => {
        const segmentIds = tf.tensor1d(ids, 'int32');
        await expectSameAsCpu(tf.UnsortedSegmentSum, { x: { shape: [ids.length, width, 2], seed }, segmentIds }, { numSegments });
        segmentIds.dispose();
      }),
      runs,
    );
  });

  it('gradients of volumes are those of the CPU backend', async () => {
    const volume: [number, number, number, number, number] = [2, 5, 4, 5, 2];
    for (const pad of ['same', 'valid'] as const) {
      for (const stride of [1, 2]) {
        const strides = [stride, stride, stride] as [number, number, number];
        const filterShape: [number, number, number, number, number] = [2, 2, 2, 2, 3];
        const dy = { shape: tf.backend_util.computeConv3DInfo(volume, filterShape, strides, 1, pad).outShape, seed: 1 };
        await expectSameAsCpu(tf.Conv3DBackpropFilterV2, { x: { shape: volume, seed: 2 }, dy }, { strides, pad, filterShape });
        await expectSameAsCpu(tf.Conv3DBackpropInputV2, { dy, filter: { shape: filterShape, seed: 3 } }, { strides, pad, inputShape: volume });

        const pool = { filterSize: [2, 2, 2], strides, pad, dataFormat: 'NDHWC' };
        const pooled = { shape: tf.backend_util.computePool3DInfo(volume, [2, 2, 2], strides, 1, pad).outShape, seed: 4 };
        await expectSameAsCpu(tf.MaxPool3D, { x: { shape: volume, seed: 5 } }, pool);
        await expectSameAsCpu(tf.MaxPool3DGrad, { dy: pooled, input: { shape: volume, seed: 5 }, output: pooled }, pool);
      }
    }
  });

  // Both backends' own kernels are wrong in the same way, so the measure is the definition: upsampling only adds and copies.
  for (const backend of ['wasm', 'cpu']) {
    it(`the gradient of upsampling by the nearest neighbour is the transpose of upsampling, for every image of a batch: ${backend}`, async () => {
      await (backend === 'wasm' ? loadWasmEngine() : loadCpuEngine());
      for (const alignCorners of [false, true]) {
        tf.tidy(() => {
          const upsample = (images: tf.Tensor) => tf.image.resizeNearestNeighbor(images as tf.Tensor4D, [4, 7], alignCorners);
          const weights = tf.randomUniform([3, 4, 7, 2], -1, 1, 'float32', 7);
          const gradient = tf.grad((images) => tf.sum(tf.mul(upsample(images), weights)))(tf.zeros([3, 2, 3, 2])).dataSync();
          for (let place = 0; place < gradient.length; place += 1) {
            const unit = tf.tensor(gradient.map((_, at) => Number(at === place)), [3, 2, 3, 2], 'float32');
            expect(gradient[place]).to.be.closeTo(tf.sum(tf.mul(upsample(unit), weights)).dataSync()[0] as number, 1e-5);
          }
        });
      }
    });
  }
});
