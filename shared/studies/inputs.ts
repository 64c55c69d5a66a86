import type { DataContract, Target } from './plan.ts';

/** One number that the model reads, and the column it comes from. */
export interface InputFeature {
  readonly name: string;
  readonly kind: 'number' | 'indicator';
  /** Range the contract allows; an indicator is 0 or 1. */
  readonly minimum: number;
  readonly maximum: number;
}

/** The inputs of a tabular contract in model order: a category becomes one indicator for each value kept. */
export function inputFeatures(contract: DataContract): InputFeature[] {
  return contract.columns.flatMap((column): InputFeature[] => {
    if (column.type === 'number') return [{ name: column.name, kind: 'number', minimum: column.minimum, maximum: column.maximum }];
    if (column.type === 'image') return [];
    return column.values
      .slice(column.dropFirst ? 1 : 0)
      .map((value) => ({ name: `${column.name}=${value}`, kind: 'indicator', minimum: 0, maximum: 1 }));
  });
}

/** Shape of one example: `[features]` for a table, `[height, width, channels]` for an image. */
export function inputShape(contract: DataContract): number[] {
  const image = contract.columns.find((column) => column.type === 'image');
  return image ? [image.height, image.width, image.channels] : [inputFeatures(contract).length];
}

/** Units of the model output that a target needs. */
export function targetWidth(target: Target): number {
  if (target.type === 'binary') return 1;
  return target.type === 'multi-class' ? target.values.length : target.columns.length;
}

export function targetColumns(target: Target): string[] {
  return target.type === 'regression' ? target.columns.map((column) => column.name) : [target.column];
}
