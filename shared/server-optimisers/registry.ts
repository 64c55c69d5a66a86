import type { StudyPlan } from '../studies/plan.ts';
import { fedavg } from './fedavg.ts';
import { fedavgm } from './fedavgm.ts';
import type { ServerOptimiser } from './server-optimiser.ts';

type Settings = StudyPlan['aggregation']['serverOptimiser'];

/** One line for each server optimiser; its settings are in the plan's schema. */
const makers: { readonly [Name in Settings['name']]: (settings: Extract<Settings, { name: Name }>) => ServerOptimiser } = {
  fedavg,
  fedavgm,
};

export function serverOptimiserOf(settings: Settings): ServerOptimiser {
  const make = makers[settings.name] as (settings: Settings) => ServerOptimiser;
  return make(settings);
}
