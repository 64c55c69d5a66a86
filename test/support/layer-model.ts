/** A chain of dense layers as a plan has it. */
export function layerModel(inputs: number, layers: readonly { units: number; activation: string }[]): Record<string, unknown> {
  return {
    class_name: 'Sequential',
    config: {
      name: 'chain',
      layers: layers.map(({ units, activation }, index) => ({
        class_name: 'Dense',
        config: { name: `dense_${index + 1}`, units, activation, dtype: 'float32', ...(index === 0 && { batch_input_shape: [null, inputs] }) },
      })),
    },
  };
}

/** One hidden layer and an output of its own for each target. */
export function branchedModel(inputs: number, outputs: readonly { units: number; activation: string }[]): Record<string, unknown> {
  const dense = (name: string, settings: object, from: string) => ({
    class_name: 'Dense',
    name,
    config: { name, dtype: 'float32', ...settings },
    inbound_nodes: [[[from, 0, 0, {}]]],
  });
  return {
    class_name: 'Functional',
    config: {
      name: 'branched',
      layers: [
        { class_name: 'InputLayer', name: 'measured', config: { name: 'measured', batch_input_shape: [null, inputs], dtype: 'float32', sparse: false }, inbound_nodes: [] },
        dense('hidden', { units: 4, activation: 'tanh' }, 'measured'),
        ...outputs.map((output, index) => dense(`output_${index + 1}`, output, 'hidden')),
      ],
      input_layers: [['measured', 0, 0]],
      output_layers: outputs.map((_, index) => [`output_${index + 1}`, 0, 0]),
    },
  };
}
