import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Tensorflow } from '../../shared/models/tensorflow.ts';

/**
 * What an optimiser carries from one step to the next, to be put back bit for bit: its slots, each with the values of one
 * trainable variable, in the optimiser's order; of Adam also the two running powers of its betas.
 */
export async function readOptimiserState(optimiser: Optimizer): Promise<Float32Array[]> {
  const [iterations, ...slots] = await optimiser.getWeights();
  iterations?.tensor.dispose();
  const tensors: Tensor[] = [...slots.map(({ tensor }) => tensor), ...powersOf(optimiser)];
  return tensors.map((tensor) => tensor.dataSync<'float32'>().slice());
}

/** @param variables that the optimiser moves, in the order in which it is given their gradients */
export async function writeOptimiserState({ core }: Tensorflow, optimiser: Optimizer, state: readonly Float32Array[], variables: readonly Variable[]): Promise<void> {
  const powers = powersOf(optimiser);
  const slots = state.slice(0, state.length - powers.length);
  const named = [
    { name: 'iter', tensor: core.scalar(0, 'int32') as Tensor }, // counted and never read, but where setWeights makes up Adam's powers
    ...slots.map((values, index) => {
      const { name, shape } = variables[index % variables.length] as Variable;
      return { name: `${name}/slot`, tensor: core.tensor(values, shape, 'float32') as Tensor };
    }),
  ];
  await optimiser.setWeights(named);
  for (const { tensor } of named) tensor.dispose();
  // setWeights computes the powers anew with pow(), which differs in the last bits from the product of the steps before.
  core.tidy(() => powers.forEach((power, index) => power.assign(core.scalar((state[slots.length + index] as Float32Array)[0] as number))));
}

function powersOf(optimiser: Optimizer): Variable[] {
  const { accBeta1, accBeta2 } = optimiser as unknown as { accBeta1?: Variable; accBeta2?: Variable };
  return [accBeta1, accBeta2].filter((power) => power !== undefined);
}
