import { ConsiliumError, type Problem } from '../../shared/errors/consilium-error.ts';
import type { RosterMember } from '../../shared/statements/roster.ts';
import type { SignedStudyDecision } from '../../shared/statements/study-decision.ts';
import { assertEnrolled } from './roster-checks.ts';
import type { RecordedRoster } from './roster-store.ts';
import type { RosterTables } from './roster-tables.ts';

/** A member of the newest roster, and what it decided about that roster; nothing until it has. */
export interface MemberStanding extends RosterMember {
  readonly decision: SignedStudyDecision | undefined;
}

export interface StudyStanding {
  readonly newest: RecordedRoster;
  /** By name. */
  readonly members: readonly MemberStanding[];
}

type ApprovalTables = Pick<RosterTables, 'rosters' | 'sites' | 'studyDecisions'>;

/** Who of the newest roster has decided what about exactly this roster and its plan. @throws roster-missing */
export async function studyStanding({ rosters, studyDecisions }: Omit<ApprovalTables, 'sites'>, study: string): Promise<StudyStanding> {
  const newest = await rosters.newest(study);
  if (!newest) throw new ConsiliumError('roster-missing', `The study is ${study}.`);
  const decisions = new Map((await studyDecisions.list(study, newest.hash)).map((decision) => [decision.site, decision]));
  const members = newest.roster.members.map((member) => ({ ...member, decision: decisions.get(member.site) }));
  return { newest, members: members.sort((a, b) => (a.site < b.site ? -1 : 1)) };
}

/**
 * The newest roster, when every member has approved it and is still enrolled under the key that it names.
 * @throws roster-missing, sites-missing, member-key-mismatch, approvals-missing with what each of the others said
 */
export async function approvedRoster(tables: ApprovalTables, study: string): Promise<RecordedRoster> {
  const standing = await studyStanding(tables, study);
  assertEnrolled(standing.newest.roster.members, await tables.sites.list());
  assertApproved(standing);
  return standing.newest;
}

/** @throws approvals-missing */
function assertApproved({ newest, members }: StudyStanding): void {
  const problems = members.flatMap(({ site, decision }): Problem[] => (decision?.decision === 'approved' ? [] : [{ path: site, message: objection(decision) }]));
  if (problems.length > 0) throw new ConsiliumError('approvals-missing', `The roster is version ${newest.roster.version} of ${newest.roster.study}.`, { problems });
}

function objection(decision: SignedStudyDecision | undefined): string {
  if (!decision) return 'has not answered';
  return decision.decision === 'withdrawn' ? 'withdrew its approval' : `refused: ${decision.code}`;
}
