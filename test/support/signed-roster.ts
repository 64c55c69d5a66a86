import type { KeyObject } from 'node:crypto';
import type { RecordedRoster } from '../../coordinator/rosters/roster-store.ts';
import type { Rosters } from '../../coordinator/rosters/rosters.ts';
import type { Studies } from '../../coordinator/studies/studies.ts';
import { rosterHash, signNextRoster, type RosterMember, type SignedRoster } from '../../shared/statements/roster.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import { studyDecisionDomain, studyDecisionFields, type SignedStudyDecision, type StudyDecision } from '../../shared/statements/study-decision.ts';

/**
 * Signs and submits a study's roster as the data-science team does: the plan's sites, or all that are enrolled. The newest
 * one stays when it has these members already.
 */
export async function signRosterOf(
  { rosters, studies }: { readonly rosters: Rosters; readonly studies: Studies },
  study: string,
  { federation, enrolled, leadKey }: { federation: string; enrolled: readonly RosterMember[]; leadKey: KeyObject },
): Promise<RecordedRoster> {
  const { planHash, plan } = await studies.get(study);
  const members = enrolled.filter(({ site }) => plan.sites?.includes(site) ?? true);
  const newest = (await rosters.list(study)).at(-1);
  const next = signNextRoster(newest?.roster, { federation, study, planHash, members }, leadKey);
  if (newest && rosterHash({ ...next, version: newest.roster.version, previousHash: newest.roster.previousHash }) === newest.hash) return newest;
  return rosters.submit(next, 'test');
}

/** What a site says about a roster, signed with its key. */
export function signedDecision(roster: SignedRoster, site: string, signingKey: KeyObject, changes: Partial<StudyDecision> = {}): SignedStudyDecision {
  const { federation, study, planHash } = roster;
  const decision: StudyDecision = { federation, study, planHash, rosterHash: rosterHash(roster), site, decision: 'approved', decidedBy: 'person', code: '', decidedAtMs: 1, ...changes };
  return { ...decision, signature: signStatement(signingKey, studyDecisionDomain, studyDecisionFields(decision)) };
}
