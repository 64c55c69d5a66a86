import type { StudyPlan } from './plan.ts';

/** What a site can be at in a round that is open. */
export const siteActivities = ['waiting', 'downloading', 'training', 'evaluating', 'encrypting', 'uploading', 'retrying'] as const;

export type SiteActivity = (typeof siteActivities)[number];

/** How far training is, as far as others may know. */
export interface TrainingShare {
  /** Steps that are done and the plan's number of them; 0 when the plan counts epochs. */
  readonly step: number;
  readonly steps: number;
  /** 0, 25, 50 or 75 when the plan counts epochs; 0 otherwise. */
  readonly percent: number;
}

const quarter = 25;

/**
 * With local steps their number is the plan's, the same for all sites. With local epochs it follows from the site's training
 * rows, and so would the pace at which a fine share grows; quarters tell no more than when the contribution comes, which
 * everybody sees.
 */
export function trainingShare({ training }: Pick<StudyPlan, 'training'>, step: number, steps: number): TrainingShare {
  if (training.localSteps !== undefined) return { step, steps, percent: 0 };
  return { step: 0, steps: 0, percent: Math.min(100 - quarter, quarter * Math.floor((100 / quarter) * (step / steps))) };
}

/** Whether a site tells only what `trainingShare` lets it. */
export function mayBeTold({ training }: Pick<StudyPlan, 'training'>, activity: SiteActivity, { step, steps, percent }: TrainingShare): boolean {
  if (activity !== 'training') return step === 0 && steps === 0 && percent === 0;
  if (training.localSteps !== undefined) return percent === 0 && steps === training.localSteps && step >= 0 && step <= steps;
  return step === 0 && steps === 0 && percent >= 0 && percent < 100 && percent % quarter === 0;
}
