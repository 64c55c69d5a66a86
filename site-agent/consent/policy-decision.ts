import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Policy } from './policy.ts';
import { pinProblem, type RosterPins } from './roster-pins.ts';
import { studyBreach, type ProposedStudy } from './study-limits.ts';

/** What the hospital's policy file says to a proposal; `ask` leaves it to a person. */
export type PolicyDecision = { readonly decision: 'approved' } | { readonly decision: 'refused'; readonly code: ErrorCode } | { readonly decision: 'ask' };

/** What is known at the site beside the proposal itself. */
export interface Circumstances {
  readonly ownSite: string;
  readonly pins: RosterPins;
  /** Over which sites the study's statistics were opened under other rosters. */
  readonly openedCohorts: readonly (readonly string[])[];
  /** Whether the hospital took back an earlier approval of the study. */
  readonly withdrawn: boolean;
}

/** A breach is refused in either mode: a person could not approve it either, as long as the policy says so. */
export function policyDecision(policy: Policy, study: ProposedStudy, { ownSite, pins, openedCohorts, withdrawn }: Circumstances): PolicyDecision {
  if (withdrawn) return { decision: 'refused', code: 'study-withdrawn' };
  const breach = studyBreach(policy, study, ownSite);
  if (breach) return { decision: 'refused', code: breach.code };
  const problem = pinProblem(pins);
  if (problem && (policy.studies === 'approve-within-limits' || changedKey.has(problem.code))) return { decision: 'refused', code: problem.code };
  if (policy.studies === 'ask' || openedCohorts.length > 0) return { decision: 'ask' };
  return { decision: 'approved' };
}

/** Nobody has to be asked whether another key under a pinned name is right. */
const changedKey: ReadonlySet<ErrorCode> = new Set(['peer-key-changed', 'pinned-lead-key-changed']);
