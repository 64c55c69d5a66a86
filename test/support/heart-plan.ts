import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const heartPlanFile = join(import.meta.dirname, '../../examples/heart-disease.json');

/** The heart-disease plan as plain JSON, to be changed by a test. */
export function heartPlan(): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(heartPlanFile, 'utf8'));
}

/** A plan with ten mistakes, and the paths under which each has to be reported. */
export function planWithTenMistakes(): { plan: object; paths: string[] } {
  const plan = heartPlan();
  plan.study = 'Heart Disease';
  plan.title = '';
  plan.extra = true;
  plan.data.columns[0].minimum = 200;
  plan.data.columns[3].minimum = 400;
  plan.training.losses = ['meanSquaredError'];
  plan.normalisation.method = 'global';
  plan.rounds.quorum = 2;
  plan.sites = ['va', 'va', 'cleveland'];
  plan.aggregation.weightCap = 100_000;
  return {
    plan,
    paths: [
      'study', 'title', 'extra', 'data.columns.0.maximum', 'data.columns.3.maximum', 'training.losses.0', 'normalisation.method',
      'rounds.quorum', 'sites', 'aggregation.weightCap',
    ],
  };
}
