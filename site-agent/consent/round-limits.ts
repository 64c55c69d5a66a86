import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { RoundPurpose } from '../../shared/studies/round-purpose.ts';
import type { Policy } from './policy.ts';
import { areWorkingHours } from './working-hours.ts';

/** What a round asks of the site now. */
export interface AskedRound {
  readonly purpose: RoundPurpose;
  /** Rounds of the run with this one. */
  readonly rounds: number;
  /** That this site would send. */
  readonly bytes: number;
  /** Derived from data, that have left this site within the last 24 hours for anything else. */
  readonly bytesLeft: number;
  readonly nowMs: number;
}

const roundLimits: readonly { readonly code: ErrorCode; readonly breached: (policy: Policy, round: AskedRound) => boolean }[] = [
  { code: 'policy-hours', breached: ({ hours }, { nowMs }) => hours !== undefined && !areWorkingHours(hours, nowMs) },
  { code: 'policy-purpose', breached: ({ purposes }, { purpose }) => purposes?.includes(purpose) === false },
  { code: 'policy-rounds', breached: ({ maximumRounds = Infinity }, { rounds }) => rounds > maximumRounds },
  { code: 'policy-bytes', breached: ({ maximumBytesPerDay = Infinity }, { bytes, bytesLeft }) => bytesLeft + bytes > maximumBytesPerDay },
];

/** The first limit that the round breaches, as the refusal. */
export function roundBreach(policy: Policy, round: AskedRound): ConsiliumError | undefined {
  const limit = roundLimits.find(({ breached }) => breached(policy, round));
  return limit && new ConsiliumError(limit.code);
}

/**
 * Whether the site has too few training rows by its hospital's own measure.
 * @param trainingRows neither the number nor how far it is from the limit ever leaves the site
 */
export function samplesBreach({ minimumTrainingSamples = 0 }: Policy, trainingRows: number): ConsiliumError | undefined {
  return trainingRows < minimumTrainingSamples ? new ConsiliumError('policy-samples') : undefined;
}
