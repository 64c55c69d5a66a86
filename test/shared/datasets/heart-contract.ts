import { planSchema, type DataContract } from '../../../shared/studies/plan.ts';

/** A small contract with a number, a category and a binary target, split by column; `changes` replace whole keys. */
export function heartContract(changes: object = {}): DataContract {
  return planSchema.shape.data.parse({
    dataset: 'heart',
    columns: [
      { name: 'age', type: 'number', unit: 'a', minimum: 18, maximum: 110 },
      { name: 'chol', type: 'number', unit: 'mg/dL', minimum: 0, maximum: 800 },
      { name: 'cp', type: 'category', values: ['1', '2', '3'], dropFirst: true },
    ],
    targets: [{ type: 'binary', column: 'target', values: ['no', 'yes'] }],
    split: { column: 'set', train: 'train', test: 'test' },
    ...changes,
  });
}
