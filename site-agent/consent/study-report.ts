import { keyFingerprint, type KeyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import type { PlanSummary } from '../../shared/studies/plan-summary.ts';
import { cohortWarning, unknownCohorts } from './cohort-warning.ts';
import type { ConsentRecords } from './consent-records.ts';
import type { StudyState } from './consent-state.ts';
import type { Decision } from './decisions.ts';
import type { Policy } from './policy.ts';
import { rosterChanges } from './roster-changes.ts';
import { rosterPins, type PinState } from './roster-pins.ts';
import { approvalInForce, decisionAbout, type StudyTerms } from './standing.ts';
import { studyLimits } from './study-limits.ts';

export interface ReportedKey extends KeyFingerprint {
  readonly pin: PinState;
}

/** Everything that a person needs to decide about a study. */
export interface StudyReport extends StudyTerms {
  readonly receivedAtMs: number;
  readonly rosterVersion: number;
  readonly summary: PlanSummary;
  readonly purpose: string;
  readonly limits: readonly { readonly limit: keyof Policy; readonly asked: string; readonly kept: boolean }[];
  readonly members: readonly ({ readonly site: string } & ReportedKey)[];
  readonly leadKey: ReportedKey;
  /** Against the last approved roster; nothing when there is none, or it is this one. */
  readonly changes: readonly string[];
  /** What can be learned, and about whom, if the study's statistics are opened over this roster; empty when nothing can. */
  readonly cohortWarning: string;
  readonly state: StudyState;
  readonly decision: Decision | null;
}

/** @throws study-not-proposed, policy-invalid */
export async function reportStudy(records: ConsentRecords, site: string, study: string): Promise<StudyReport> {
  const proposal = await records.proposals.get(study);
  const { plan, summary, roster, planHash, rosterHash, receivedAtMs } = proposal;
  const policy = await records.policy();
  const pins = await rosterPins(roster, records.pins, policy, site);
  const history = await records.decisions.of(study);
  const decision = decisionAbout(history, proposal) ?? null;
  const approval = approvalInForce(history);
  const approvedRoster = approval && (await records.proposals.roster(approval.rosterHash));
  return {
    study,
    planHash,
    rosterHash,
    receivedAtMs,
    rosterVersion: roster.version,
    summary,
    purpose: plan.purpose,
    limits: studyLimits
      .filter(({ limit }) => policy[limit] !== undefined)
      .map(({ limit, asked, breached }) => ({ limit, asked: asked(proposal), kept: !breached(policy, proposal, site) })),
    members: pins.members.map((member) => ({ site: member.site, ...keyFingerprint(member.signingKey), pin: member.pin })),
    leadKey: { ...keyFingerprint(roster.leadKey), pin: pins.leadKey },
    changes: approvedRoster ? rosterChanges(approvedRoster, roster) : [],
    cohortWarning: cohortWarning(unknownCohorts(await records.cohorts.underOtherRosters(study, rosterHash), decision ?? undefined), roster),
    state: decision?.decision ?? 'waiting',
    decision,
  };
}
