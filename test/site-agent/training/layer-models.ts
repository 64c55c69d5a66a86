import type { Topology } from '../../../shared/models/topology.ts';

/** A small model, and what its inputs look like. */
export interface LayerModel {
  readonly inputShape: readonly number[];
  readonly topology: Topology;
  /** Inputs are whole numbers from 0 to below this; without it, real numbers between -1 and 1. */
  readonly indexes?: number;
}

export const layer = (className: string, config: object = {}) => ({ class_name: className, config });

const row = [5];
const series = [8, 3];
const image = [8, 8, 2];
const volume = [4, 4, 4, 2];
const film = [3, 6, 6, 2];

const dense = layer('Dense', { units: 4 });
const conv1d = layer('Conv1D', { filters: 3, kernel_size: [2] });
const conv2d = layer('Conv2D', { filters: 3, kernel_size: [3, 3] });
const conv3d = layer('Conv3D', { filters: 2, kernel_size: [2, 2, 2] });
const flat = layer('Flatten');

/** The layers, with a dense layer of one sigmoid unit at the end. */
function sequential(inputShape: readonly number[], ...layers: object[]): LayerModel {
  const entry = layer('InputLayer', { batch_input_shape: [null, ...inputShape], dtype: 'float32', sparse: false });
  return { inputShape, topology: layer('Sequential', { layers: [entry, ...layers, layer('Dense', { units: 1, activation: 'sigmoid' })] }) };
}

/** Two dense layers of one input, joined by the layer. */
function joined(className: string, config: object = {}, join: 'Functional' | 'Model' = 'Functional'): LayerModel {
  const node = (name: string, kind: string, settings: object, ...inbound: string[]) => ({
    ...layer(kind, { name, ...settings }),
    name,
    inbound_nodes: inbound.length === 0 ? [] : [inbound.map((from) => [from, 0, 0, {}])],
  });
  const layers = [
    node('in', 'InputLayer', { batch_input_shape: [null, 5], dtype: 'float32' }),
    node('left', 'Dense', { units: 4 }, 'in'),
    node('right', 'Dense', { units: 4 }, 'in'),
    node('both', className, config, 'left', 'right'),
    node('out', 'Dense', { units: 1, activation: 'sigmoid' }, 'both'),
  ];
  return { inputShape: row, topology: layer(join, { name: 'joined', layers, input_layers: [['in', 0, 0]], output_layers: [['out', 0, 0]] }) };
}

const activations = ['elu', 'selu', 'relu', 'relu6', 'sigmoid', 'hard_sigmoid', 'softplus', 'softsign', 'tanh', 'softmax', 'log_softmax', 'gelu', 'mish', 'swish'];

/** One model or more for each layer that a plan may use. */
export const layerModels: Readonly<Record<string, LayerModel>> = {
  ...Object.fromEntries(activations.map((activation) => [`activation ${activation}`, sequential(row, dense, layer('Activation', { activation }))])),
  'parametric activations': sequential(row, dense, layer('ReLU', { max_value: 6 }), dense, layer('LeakyReLU'), dense, layer('PReLU'), dense, layer('ELU'), layer('Softmax')),
  'penalty on weights': sequential(row, layer('Dense', { units: 3, kernel_regularizer: layer('L1L2', { l1: 0.01, l2: 0.01 }) })),
  'frozen layer': sequential(row, layer('Dense', { units: 3, trainable: false }), dense),
  'nested model': sequential(row, layer('Sequential', { layers: [layer('Dense', { units: 3, batch_input_shape: [null, 5] })] })),
  'core': sequential(row, dense, layer('RepeatVector', { n: 3 }), layer('Permute', { dims: [2, 1] }), layer('Reshape', { target_shape: [3, 4] }), flat),
  'embedding': { ...sequential([6], layer('Embedding', { input_dim: 10, output_dim: 3 }), flat), indexes: 10 },
  'masked embedding': { ...sequential([6], layer('Embedding', { input_dim: 10, output_dim: 3, mask_zero: true }), layer('LSTM', { units: 3 })), indexes: 10 },
  'dropout': sequential(series, conv1d, layer('SpatialDropout1D', { rate: 0.5 }), flat, layer('Dropout', { rate: 0.5 })),
  'noise': sequential(row, dense, layer('GaussianNoise', { stddev: 0.1 }), dense, layer('GaussianDropout', { rate: 0.2 }), dense, layer('AlphaDropout', { rate: 0.2 })),
  'conv1d': sequential(series, layer('Conv1D', { filters: 3, kernel_size: [3], strides: [2], padding: 'same' }), conv1d, flat),
  'conv2d': sequential(image, conv2d, layer('Conv2D', { filters: 3, kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'relu' }), flat),
  'conv2d, channels first': sequential(image, layer('Conv2D', { filters: 3, kernel_size: [3, 3], padding: 'same', data_format: 'channels_first' }), flat),
  'conv2d transposed': sequential(image, layer('Conv2DTranspose', { filters: 3, kernel_size: [3, 3], strides: [2, 2], padding: 'same' }), layer('Conv2DTranspose', { filters: 2, kernel_size: [3, 3] }), flat),
  'depthwise': sequential(image, layer('DepthwiseConv2D', { kernel_size: [3, 3], depth_multiplier: 2 }), layer('DepthwiseConv2D', { kernel_size: [3, 3], strides: [2, 2], padding: 'same' }), flat),
  'separable': sequential(image, layer('SeparableConv2D', { filters: 3, kernel_size: [3, 3], depth_multiplier: 2 }), layer('SeparableConv2D', { filters: 3, kernel_size: [3, 3], strides: [2, 2] }), flat),
  'conv3d': sequential(volume, conv3d, layer('Conv3D', { filters: 2, kernel_size: [2, 2, 2], padding: 'same', strides: [2, 2, 2] }), flat),
  'image geometry': sequential(image, conv2d, layer('ZeroPadding2D', { padding: [[1, 1], [1, 1]] }), layer('Cropping2D', { cropping: [[0, 1], [1, 0]] }), layer('UpSampling2D', { size: [2, 2] }), layer('UpSampling2D', { size: [2, 2], interpolation: 'bilinear' }), flat),
  'upsampled image': sequential([4, 6, 2], layer('UpSampling2D', { size: [3, 2] }), conv2d, layer('UpSampling2D', { size: [2, 2], interpolation: 'bilinear' }), layer('UpSampling2D', { size: [2, 2] }), conv2d, flat),
  'image preparation': sequential(image, layer('Rescaling', { scale: 0.5, offset: 1 }), conv2d, flat),
  'pooled series': sequential(series, conv1d, layer('MaxPooling1D', { pool_size: [2] }), conv1d, layer('AveragePooling1D', { pool_size: [2], strides: [1] }), flat),
  'pooled image, overlapping': sequential(image, conv2d, layer('MaxPooling2D', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }), layer('AveragePooling2D', { pool_size: [2, 2] }), flat),
  'pooled image, channels first': sequential(image, conv2d, layer('MaxPooling2D', { pool_size: [2, 2], padding: 'same', data_format: 'channels_first' }), flat),
  'pooled volume': sequential(volume, conv3d, layer('MaxPooling3D', { pool_size: [2, 2, 2], strides: [1, 1, 1] }), layer('AveragePooling3D', { pool_size: [2, 2, 2] }), flat),
  'global average of a series': sequential(series, conv1d, layer('GlobalAveragePooling1D')),
  'global maximum of a series': sequential(series, conv1d, layer('GlobalMaxPooling1D')),
  'global average of an image': sequential(image, conv2d, layer('GlobalAveragePooling2D')),
  'global maximum of an image': sequential(image, conv2d, layer('GlobalMaxPooling2D')),
  'batch normalisation': sequential(image, conv2d, layer('BatchNormalization', { momentum: 0.5 }), flat, layer('BatchNormalization')),
  'layer normalisation': sequential(image, conv2d, layer('LayerNormalization'), flat, layer('LayerNormalization')),
  'simple recurrent': sequential(series, layer('SimpleRNN', { units: 3, return_sequences: true }), layer('SimpleRNN', { units: 3 })),
  'gru': sequential(series, layer('GRU', { units: 3, return_sequences: true }), layer('GRU', { units: 3 })),
  'lstm': sequential(series, layer('Masking', { mask_value: 0 }), layer('LSTM', { units: 3, return_sequences: true }), layer('LSTM', { units: 3 })),
  'lstm with dropout': sequential(series, layer('LSTM', { units: 3, dropout: 0.3, recurrent_dropout: 0.2 })),
  'recurrent cell': sequential(series, layer('RNN', { cell: layer('LSTMCell', { units: 3 }) })),
  'stacked cells': sequential(series, layer('RNN', { cell: layer('StackedRNNCells', { cells: [layer('SimpleRNNCell', { units: 3 }), layer('GRUCell', { units: 2 })] }) })),
  'convolutional lstm': sequential(film, layer('ConvLSTM2D', { filters: 2, kernel_size: [3, 3], return_sequences: true }), layer('ConvLSTM2D', { filters: 2, kernel_size: [2, 2], strides: [2, 2] }), flat),
  'time distributed': sequential(film, layer('TimeDistributed', { layer: conv2d }), flat),
  'bidirectional': sequential(series, layer('Bidirectional', { layer: layer('LSTM', { units: 2, return_sequences: true }), merge_mode: 'concat' }), layer('Bidirectional', { layer: layer('GRU', { units: 2 }), merge_mode: 'sum' })),
  ...Object.fromEntries(['Add', 'Multiply', 'Average', 'Maximum', 'Minimum', 'Concatenate'].map((className) => [className.toLowerCase(), joined(className)])),
  'dot': joined('Dot', { axes: -1 }),
  'model class of older files': joined('Add', {}, 'Model'),
};
