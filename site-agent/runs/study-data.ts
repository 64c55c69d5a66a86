import { applyNormalisation, moments, normalisationFrom, type Normalisation } from '../../shared/datasets/normalisation.ts';
import type { Examples } from '../../shared/datasets/examples.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';
import type { RunParameters } from '../../shared/studies/run-parameters.ts';
import { openDataSet, type DataSet, type DataSetSettings } from '../data/data-set.ts';

/**
 * Reads the data set of a study and checks that the site may take part with it.
 * @throws data-set-missing, data-unreadable, data-invalid, too-few-samples
 */
export async function openStudyData(settings: DataSetSettings, folder: string, plan: StudyPlan): Promise<DataSet> {
  const data = await openDataSet(settings, plan.data, folder);
  if (data.train.count < plan.privacy.minimumSamples) {
    throw new ConsiliumError('too-few-samples', `The study asks for at least ${plan.privacy.minimumSamples} training rows.`);
  }
  return data;
}

/** Training and test examples as the model reads them. @throws invalid-request when a federated normalisation is not there yet */
export function normalisedExamples(plan: StudyPlan, data: DataSet, parameters: RunParameters): { train: Examples; test: Examples } {
  const normalisation = normalisationOf(plan, data, parameters);
  if (!normalisation) return data;
  const apply = (examples: Examples) => applyNormalisation(examples, normalisation, plan.data, plan.normalisation.inputs);
  return { train: apply(data.train), test: apply(data.test) };
}

function normalisationOf(plan: StudyPlan, data: DataSet, parameters: RunParameters): Normalisation | undefined {
  if (plan.normalisation.method === 'none') return undefined;
  if (plan.normalisation.method === 'local') return normalisationFrom(moments(data.train, plan.data), plan.data);
  if (!parameters.normalisation) throw new ConsiliumError('invalid-request', 'The round comes before the normalisation on which it builds.');
  return parameters.normalisation;
}
