import type * as tensorflow from '@tensorflow/tfjs-core';
import type { DataType, Tensor } from '@tensorflow/tfjs-core';

/**
 * Gives tensors the chained form of the operations, `x.add(y)` for `add(x, y)`: layers and gradients of
 * TensorFlow.js use it, yet the Node build of its core leaves it to the `@tensorflow/tfjs` package, which
 * also brings a WebGL backend.
 */
export function addChainedOperations(core: typeof tensorflow): void {
  const prototype = core.Tensor.prototype as unknown as Record<string, unknown>;
  for (const [name, operation] of Object.entries<unknown>({ ...core })) {
    if (name in prototype || !takesTensorFirst(operation)) continue;
    prototype[name] = function (this: Tensor, ...rest: unknown[]) {
      return operation(this, ...rest);
    };
  }
  Object.assign(prototype, {
    flatten(this: Tensor) {
      return core.reshape(this, [this.size]);
    },
    asScalar(this: Tensor) {
      return core.reshape(this, []);
    },
    asType(this: Tensor, type: DataType) {
      return core.cast(this, type);
    },
    toFloat(this: Tensor) {
      return core.cast(this, 'float32');
    },
    toInt(this: Tensor) {
      return core.cast(this, 'int32');
    },
    toBool(this: Tensor) {
      return core.cast(this, 'bool');
    },
    concat(this: Tensor, others: Tensor | Tensor[], axis?: number) {
      return core.concat([this, ...[others].flat()], axis);
    },
    stack(this: Tensor, others: Tensor | Tensor[], axis?: number) {
      return core.stack([this, ...[others].flat()], axis);
    },
  });
}

/** TensorFlow.js marks its operations by the end of the function's name. */
function takesTensorFirst(value: unknown): value is (first: Tensor, ...rest: unknown[]) => unknown {
  return typeof value === 'function' && value.name.endsWith('__op');
}
