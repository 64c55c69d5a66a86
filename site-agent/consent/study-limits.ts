import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { fingerprintMatches } from '../../shared/statements/key-fingerprint.ts';
import type { SignedRoster } from '../../shared/statements/roster.ts';
import type { PlanSummary } from '../../shared/studies/plan-summary.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';
import { roundSchedule } from '../../shared/studies/round-purpose.ts';
import type { Policy } from './policy.ts';

/** What a study asks of a hospital. */
export interface ProposedStudy {
  readonly plan: StudyPlan;
  readonly summary: PlanSummary;
  readonly roster: SignedRoster;
}

/** A limit of the policy that a plan and a roster keep or breach, whatever the data and the hour. */
export interface StudyLimit {
  readonly limit: keyof Policy;
  /** Of the refusal: all that the data-science team learns. */
  readonly code: ErrorCode;
  /** What the study wants, for the people of the hospital. */
  readonly asked: (study: ProposedStudy) => string;
  readonly breached: (policy: Policy, study: ProposedStudy, ownSite: string) => boolean;
}

export const studyLimits: readonly StudyLimit[] = [
  {
    limit: 'dataSets',
    code: 'policy-data-set',
    asked: ({ plan }) => `reads the data set ${plan.data.dataset}`,
    breached: ({ dataSets }, { plan }) => dataSets?.includes(plan.data.dataset) === false,
  },
  {
    limit: 'purposes',
    code: 'policy-purpose',
    asked: ({ plan }) => `holds rounds for ${[...new Set(roundSchedule(plan))].join(', ')}`,
    breached: ({ purposes }, { plan }) => purposes !== undefined && roundSchedule(plan).some((purpose) => !purposes.includes(purpose)),
  },
  {
    limit: 'minimumContributors',
    code: 'policy-contributors',
    asked: ({ plan, roster }) => `opens sums over ${plan.privacy.minimumContributors} or more of ${roster.members.length} sites`,
    breached: ({ minimumContributors }, { plan, roster }) => Math.min(plan.privacy.minimumContributors, roster.members.length) < minimumContributors,
  },
  {
    limit: 'maximumRounds',
    code: 'policy-rounds',
    asked: ({ summary }) => `holds ${summary.scheduledRounds} rounds a run`,
    breached: ({ maximumRounds = Infinity }, { summary }) => summary.scheduledRounds > maximumRounds,
  },
  {
    limit: 'maximumBytesPerDay',
    code: 'policy-bytes',
    asked: ({ summary }) => `has a site send ${summary.updateBytes + summary.statisticsBytes} bytes a training round`,
    breached: ({ maximumBytesPerDay = Infinity }, { summary }) => summary.updateBytes + summary.statisticsBytes > maximumBytesPerDay,
  },
  {
    limit: 'maximumModelParameters',
    code: 'policy-model-size',
    asked: ({ summary }) => `trains ${summary.parameters} parameters`,
    breached: ({ maximumModelParameters = Infinity }, { summary }) => summary.parameters > maximumModelParameters,
  },
  {
    limit: 'members',
    code: 'policy-members',
    asked: ({ roster }) => `is shared with ${roster.members.map(({ site }) => site).join(', ')}`,
    breached: ({ members }, { roster }, ownSite) => members !== undefined && roster.members.some(({ site }) => site !== ownSite && !members.includes(site)),
  },
  {
    limit: 'leadKeys',
    code: 'policy-lead-key',
    asked: () => 'is led by the key named below',
    breached: ({ leadKeys }, { roster }) => leadKeys?.some((fingerprint) => fingerprintMatches(fingerprint, roster.leadKey)) === false,
  },
];

/** The first limit that the study breaches at this site, as the refusal. */
export function studyBreach(policy: Policy, study: ProposedStudy, ownSite: string): ConsiliumError | undefined {
  const limit = studyLimits.find(({ breached }) => breached(policy, study, ownSite));
  return limit && new ConsiliumError(limit.code, `The study ${limit.asked(study)}.`);
}
