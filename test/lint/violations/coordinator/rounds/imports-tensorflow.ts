export type Tensor = import('@tensorflow/tfjs-core').Tensor;
