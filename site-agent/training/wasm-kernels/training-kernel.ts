import * as tf from '@tensorflow/tfjs-core';

/**
 * A kernel for a backend that lacks it or gets it wrong. `compute` takes and gives tensors; what it makes on the
 * way is disposed of.
 */
export interface TrainingKernel<Inputs, Attributes> {
  readonly kernelName: string;
  compute(inputs: Tensors<Inputs>, attributes: Attributes): tf.Tensor;
}

type Tensors<Inputs> = { [Name in keyof Inputs]: tf.Tensor4D };

export function registerTrainingKernel<Inputs, Attributes>({ kernelName, compute }: TrainingKernel<Inputs, Attributes>, backendName: string): void {
  replaceKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs }) => tf.tidy(() => compute(inputs as Tensors<Inputs>, attrs as Attributes)),
  });
}

/** Registers a kernel in place of the backend's own, if there is one. */
export function replaceKernel(kernel: tf.KernelConfig): void {
  if (tf.getKernel(kernel.kernelName, kernel.backendName)) tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  tf.registerKernel(kernel);
}
