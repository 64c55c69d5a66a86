import { readInputFile } from '../../shared/command-line/input-file.ts';
import { asConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readPlan } from '../../shared/studies/checked-plan.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';
import { openStudyData } from '../runs/study-data.ts';
import type { SiteSettings } from '../settings.ts';
import { failed, notExamined, ok, problemText, wrong, type Finding } from './finding.ts';

/**
 * Whether the site could take part in the study of a plan: reads the data set as a run would, and names every row and
 * column that does not keep the contract.
 *
 * @param settings undefined when they are not right; then only the plan is examined
 */
export async function checkStudyPlan(folder: string, settings: SiteSettings | undefined, planFile: string): Promise<Finding[]> {
  const step = `plan ${planFile}`;
  try {
    const plan = await readPlan(await readInputFile(planFile));
    const data = `data for ${plan.study}`;
    return [
      ok(step, `The study ${plan.study} reads the data set ${plan.data.dataset}.`),
      ...(settings ? await checkStudyData(data, folder, settings, plan) : [notExamined(data, 'settings')]),
    ];
  } catch (error) {
    return eachProblem(step, error);
  }
}

async function checkStudyData(step: string, folder: string, { dataSets }: SiteSettings, plan: StudyPlan): Promise<Finding[]> {
  try {
    const { name, train, test } = await openStudyData(dataSets, folder, plan);
    return [ok(step, `The data set ${name} keeps the data contract: ${train.count} training rows and ${test.count} test rows.`)];
  } catch (error) {
    return eachProblem(step, error);
  }
}

/** A finding for each problem, so that all can be corrected in one go. */
function eachProblem(step: string, error: unknown): Finding[] {
  const { problems, entry } = asConsiliumError(error);
  return problems.length === 0 ? [failed(step, error)] : problems.map((problem) => wrong(step, problemText(problem), entry.next));
}
