import type { Part } from '../layouts/vector-layout.ts';
import type { StudyPlan } from './plan.ts';

/** Why a round is held. Each is one secure sum. */
export type RoundPurpose =
  /** Counts, sums and squares of the inputs, from which all sites scale alike. */
  | 'normalisation'
  /** Magnitudes of a first trial delta, from which clipping ranges follow. */
  | 'calibration'
  /** A model update, and the evaluation of the base model. */
  | 'training'
  /** The evaluation of the last version only. */
  | 'evaluation';

export function partsOf(purpose: RoundPurpose): readonly Part[] {
  return purpose === 'training' ? ['update', 'statistics'] : ['statistics'];
}

/** All rounds of a run in order; a run is over when the last one is published. */
export function roundSchedule(plan: StudyPlan): RoundPurpose[] {
  return [
    ...(plan.normalisation.method === 'federated' ? (['normalisation'] as const) : []),
    ...('calibration' in plan.aggregation.clipping ? (['calibration'] as const) : []),
    ...Array.from({ length: plan.rounds.count }, () => 'training' as const),
    'evaluation',
  ];
}

/** Which training round number `number` of the schedule is, from 1; 0 for another purpose. */
export function trainingRoundOf(schedule: readonly RoundPurpose[], number: number): number {
  if (schedule[number] !== 'training') return 0;
  return schedule.slice(0, number + 1).filter((purpose) => purpose === 'training').length;
}
