import type { Problem } from '../errors/consilium-error.ts';
import { largestCohort } from '../layouts/vector-layout.ts';
import { rosterSize } from '../statements/roster-json.ts';
import type { RosterMember } from '../statements/roster.ts';
import { laneWidths } from './lanes.ts';
import type { StudyPlan } from './plan.ts';

/** Why these cannot be the members of a study with this plan: their number, or who they are. Whoever signs a roster wants to know before the hospitals are called. */
export function memberProblems(members: readonly Pick<RosterMember, 'site'>[], { aggregation: { lanes }, rounds: { quorum }, sites: planned }: StudyPlan): Problem[] {
  const problem = (message: string): Problem[] => [{ path: 'members', message }];
  const most = largestCohort(laneWidths[lanes]);
  if (members.length < rosterSize.fewest || members.length > rosterSize.most) return problem(`must be ${rosterSize.fewest} to ${rosterSize.most}, not ${members.length}`);
  if (members.length < quorum) return problem(`are ${members.length}, and the study's quorum is ${quorum}`);
  if (members.length > most) return problem(`are ${members.length}, and the study's lanes of ${lanes} bits hold a sum over ${most}`);
  const others = members.filter(({ site }) => planned && !planned.includes(site));
  return others.length === 0 ? [] : problem(`are not all among the sites of the plan: ${planned?.join(', ')}`);
}
