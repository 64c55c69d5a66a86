/**
 * The layers a plan may use: those of TensorFlow.js 4.22 that every engine trains with the same result up to
 * rounding (a test goes through this table). Left out: ThresholdedReLU and Conv3DTranspose have no gradient,
 * Resizing and RandomWidth fail in training, CenterCrop and CategoryEncoding change the shape of the layer before.
 */
export const supportedLayers: ReadonlySet<string> = new Set([
  // Models and their entries.
  'Sequential', 'Functional', 'Model', 'InputLayer',
  // Core.
  'Dense', 'Activation', 'Dropout', 'SpatialDropout1D', 'Flatten', 'Reshape', 'Permute', 'RepeatVector', 'Masking', 'Embedding',
  // Activations with parameters.
  'ReLU', 'LeakyReLU', 'PReLU', 'ELU', 'Softmax',
  // Convolution and what goes with it.
  'Conv1D', 'Conv2D', 'Conv3D', 'Conv2DTranspose', 'SeparableConv2D', 'DepthwiseConv2D', 'Cropping2D', 'ZeroPadding2D', 'UpSampling2D',
  'MaxPooling1D', 'MaxPooling2D', 'MaxPooling3D', 'AveragePooling1D', 'AveragePooling2D', 'AveragePooling3D',
  'GlobalAveragePooling1D', 'GlobalAveragePooling2D', 'GlobalMaxPooling1D', 'GlobalMaxPooling2D',
  // Recurrent.
  'SimpleRNN', 'GRU', 'LSTM', 'RNN', 'ConvLSTM2D', 'SimpleRNNCell', 'GRUCell', 'LSTMCell', 'StackedRNNCells',
  'TimeDistributed', 'Bidirectional',
  // Several inputs to one.
  'Add', 'Multiply', 'Average', 'Maximum', 'Minimum', 'Concatenate', 'Dot',
  // Normalisation and noise.
  'BatchNormalization', 'LayerNormalization', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout',
  // Preparation.
  'Rescaling',
]);
