import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { cohortWarning, unknownCohorts } from './cohort-warning.ts';
import type { ConsentRecords } from './consent-records.ts';
import type { Decision } from './decisions.ts';
import type { Proposal } from './proposals.ts';
import { pinProblem, rosterPins } from './roster-pins.ts';
import { approvalInForce, decisionAbout, withdrawalInForce, type Terms } from './standing.ts';
import { studyBreach } from './study-limits.ts';

/** Who decides, and at which site. */
export interface Decider {
  readonly records: ConsentRecords;
  readonly site: string;
  /** Stays at the hospital. */
  readonly by: string;
}

export interface Approval {
  /** What the person has seen; without it, what `study show` showed last. */
  readonly seen?: Partial<Terms>;
  /** Pin every key of the roster that is not pinned yet: for whoever has compared all of them. */
  readonly pinMembers?: boolean;
  /** Accept that the study's statistics are opened under another roster than before. */
  readonly newCohort?: boolean;
  /** Accept that statistics leave about other data than the study's last ones. */
  readonly newData?: boolean;
}

/**
 * A person's approval of the study as it was proposed last. Again for the same proposal it does nothing, unless statistics were opened under
 * another roster in the meantime, or are to leave about other data.
 *
 * @throws study-not-proposed, proposal-not-seen when it is not what the person has seen, the policy's codes when it breaches
 *   a limit, peer-not-pinned and what else pinProblem says, cohort-not-accepted
 */
export async function approveStudy({ records, site, by }: Decider, study: string, { seen, pinMembers = false, newCohort = false, newData = false }: Approval = {}): Promise<Decision> {
  const proposal = await records.proposals.get(study);
  requireSeen(proposal, seen ?? (await records.proposals.shown(study)) ?? {}, seen !== undefined);
  const policy = await records.policy();
  const breach = studyBreach(policy, proposal, site);
  if (breach) throw breach;
  if (pinMembers) await pinRoster(records, proposal, site, by);
  const problem = pinProblem(await rosterPins(proposal.roster, records.pins, policy, site));
  if (problem) throw problem;
  const standing = decisionAbout(await records.decisions.of(study), proposal);
  const otherCohorts = await records.cohorts.underOtherRosters(study, proposal.rosterHash);
  const unknown = unknownCohorts(otherCohorts, standing);
  if (standing?.decision === 'approved' && unknown.length === 0 && !newData) return standing;
  if (unknown.length > 0 && !newCohort) throw new ConsiliumError('cohort-not-accepted', cohortWarning(unknown, proposal.roster));
  return records.decisions.add({ ...decided(proposal, by), decision: 'approved', code: '', knownCohorts: otherCohorts.map((cohort) => [...cohort]), newData });
}

/** A person's refusal of the study as it was proposed last. @throws study-not-proposed */
export async function refuseStudy({ records, by }: Decider, study: string): Promise<Decision> {
  const proposal = await records.proposals.get(study);
  const standing = decisionAbout(await records.decisions.of(study), proposal);
  if (standing?.decision === 'refused' && standing.decidedBy === 'person') return standing;
  return records.decisions.add({ ...decided(proposal, by), decision: 'refused', code: 'study-refused' });
}

/** Takes back whatever was approved of the study. @throws study-not-proposed */
export async function withdrawStudy({ records, by }: Decider, study: string): Promise<Decision> {
  const history = await records.decisions.of(study);
  const withdrawal = withdrawalInForce(history);
  if (withdrawal) return withdrawal;
  const terms = approvalInForce(history) ?? (await records.proposals.get(study));
  return records.decisions.add({ ...decided({ ...terms, study }, by), decision: 'withdrawn', code: '' });
}

function decided({ study, planHash, rosterHash }: Terms & { study: string }, by: string) {
  return { study, planHash, rosterHash, decidedBy: 'person', by } as const;
}

function requireSeen(proposal: Proposal, seen: Partial<Terms>, typed: boolean): void {
  const same = (['planHash', 'rosterHash'] as const).every((hash) => (typed && seen[hash] === undefined) || seen[hash] === proposal[hash]);
  if (same) return;
  throw new ConsiliumError('proposal-not-seen', `Plan ${proposal.planHash}, roster ${proposal.rosterHash}.`);
}

async function pinRoster({ pins }: ConsentRecords, { study, roster }: Proposal, ownSite: string, by: string): Promise<void> {
  for (const { site, signingKey } of roster.members.filter((member) => member.site !== ownSite)) await pins.pinKey({ site }, signingKey, by);
  await pins.pinKey({ leadOf: study }, roster.leadKey, by);
}
