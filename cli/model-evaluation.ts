import { readContractRows, type ContractRows } from '../shared/datasets/contract-rows.ts';
import { openCsvTable } from '../shared/datasets/csv-table.ts';
import { DataProblems } from '../shared/datasets/data-problems.ts';
import type { Examples } from '../shared/datasets/examples.ts';
import { applyNormalisation, moments, normalisationFrom, type Normalisation } from '../shared/datasets/normalisation.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { localEvaluation } from '../shared/evaluation/local-evaluation.ts';
import type { PooledEvaluation } from '../shared/evaluation/pooled-evaluation.ts';
import { predictWithWeights } from '../shared/models/predictions.ts';
import type { PublishedModel } from './published-model.ts';

export const rowChoices = ['test', 'train', 'all'] as const;
export type RowChoice = (typeof rowChoices)[number];

/**
 * A model on the rows of a file that keeps the study's data contract.
 * @throws ConsiliumError `data-unreadable`, `data-invalid`, `model-not-found` when the run has no normalisation yet
 */
export async function evaluateOnFile(model: PublishedModel, weights: Float32Array, file: string, choice: RowChoice): Promise<PooledEvaluation> {
  const { plan } = model;
  const problems = new DataProblems();
  await using table = await openCsvTable(file, problems);
  const rows = await readContractRows(table, plan.data, problems);
  const chosen = choice === 'all' ? together(rows.train, rows.test) : rows[choice];
  if (chosen.count === 0) throw new ConsiliumError('data-invalid', `${table.file} has no ${choice === 'all' ? '' : `${choice} `}rows.`);
  const predictions = await predictWithWeights(plan.model.topology, weights, normalised(model, rows, chosen));
  return localEvaluation(plan, chosen.count, predictions, chosen.targets);
}

function normalised({ plan, run }: PublishedModel, { train }: ContractRows, examples: Examples): Examples {
  const { method, inputs } = plan.normalisation;
  if (method === 'none') return examples;
  const normalisation: Normalisation | undefined = method === 'local' ? normalisationFrom(moments(train, plan.data), plan.data) : run.parameters.normalisation;
  if (!normalisation) throw new ConsiliumError('model-not-found', `The run ${run.id} has not found its normalisation yet.`);
  return applyNormalisation(examples, normalisation, plan.data, inputs);
}

function together(first: Examples, second: Examples): Examples {
  const joined = (left: Float32Array, right: Float32Array): Float32Array => {
    const both = new Float32Array(left.length + right.length);
    both.set(left);
    both.set(right, left.length);
    return both;
  };
  return {
    count: first.count + second.count,
    inputs: joined(first.inputs, second.inputs),
    targets: first.targets.map((target, index) => joined(target, second.targets[index] as Float32Array)),
  };
}
