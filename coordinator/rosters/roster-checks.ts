import { ConsiliumError, type Problem } from '../../shared/errors/consilium-error.ts';
import { largestCohort } from '../../shared/layouts/vector-layout.ts';
import { equalBytes } from '../../shared/statements/digest.ts';
import { isSignedRoster, rosterHash, type RosterMember, type SignedRoster } from '../../shared/statements/roster.ts';
import { rosterSize } from '../../shared/statements/roster-json.ts';
import { laneWidths } from '../../shared/studies/lanes.ts';
import type { Site } from '../sites/site.ts';
import type { ReadStudy } from '../studies/study.ts';

/**
 * Everything about a roster that does not depend on the version before it.
 * @throws signature-invalid, roster-invalid with all problems, sites-missing, member-key-mismatch
 */
export function assertFitsStudy(roster: SignedRoster, { study, federation, sites }: { study: ReadStudy; federation: string; sites: readonly Site[] }): void {
  if (!isSignedRoster(roster)) throw new ConsiliumError('signature-invalid', 'It is the lead key\'s over the roster.');
  const problems = [...identityProblems(roster, study, federation), ...membershipProblems(roster, study)];
  if (problems.length > 0) throw new ConsiliumError('roster-invalid', '', { problems });
  assertEnrolled(roster.members, sites);
}

/** @throws lead-key-changed, roster-out-of-date */
export function assertFollows(roster: SignedRoster, previous: SignedRoster | undefined): void {
  if (previous && !equalBytes(roster.leadKey, previous.leadKey)) throw new ConsiliumError('lead-key-changed', `The study is ${roster.study}.`);
  const expected = (previous?.version ?? 0) + 1;
  if (roster.version !== expected) throw new ConsiliumError('roster-out-of-date', `Version ${roster.version} came, and ${expected} is next.`);
  if (roster.previousHash !== (previous ? rosterHash(previous) : '')) throw new ConsiliumError('roster-out-of-date', 'It follows another version than the newest.');
}

/**
 * Members are sites of the federation, under the keys with which they joined.
 * @throws sites-missing, member-key-mismatch
 */
export function assertEnrolled(members: readonly RosterMember[], sites: readonly Site[]): void {
  const enrolled = new Map(sites.filter(({ revokedAtMs }) => revokedAtMs === null).map((site) => [site.name, site]));
  const missing = members.filter(({ site }) => !enrolled.has(site));
  if (missing.length > 0) throw new ConsiliumError('sites-missing', `Missing: ${names(missing)}.`);
  const mistaken = members.filter(({ site, signingKey }) => !equalBytes(signingKey, enrolled.get(site)!.signingKey));
  if (mistaken.length > 0) throw new ConsiliumError('member-key-mismatch', `It is so for ${names(mistaken)}.`);
}

function identityProblems(roster: SignedRoster, study: ReadStudy, federation: string): Problem[] {
  const expected = { federation, study: study.name, planHash: study.planHash } as const;
  const differing = (Object.keys(expected) as (keyof typeof expected)[]).filter((name) => roster[name] !== expected[name]);
  return differing.map((path) => ({ path, message: `is not ${expected[path]}` }));
}

function membershipProblems({ members }: SignedRoster, { plan }: ReadStudy): Problem[] {
  const problem = (message: string): Problem[] => [{ path: 'members', message }];
  if (members.length < rosterSize.fewest || members.length > rosterSize.most) return problem(`must be ${rosterSize.fewest} to ${rosterSize.most}, not ${members.length}`);
  if (members.length < plan.rounds.quorum) return problem(`are ${members.length}, and the study's quorum is ${plan.rounds.quorum}`);
  const { lanes } = plan.aggregation;
  const most = largestCohort(laneWidths[lanes]);
  if (members.length > most) return problem(`are ${members.length}, and the study's lanes of ${lanes} bits hold a sum over ${most}`);
  const planned = plan.sites;
  if (!planned) return [];
  const others = members.filter(({ site }) => !planned.includes(site));
  return others.length === 0 ? [] : problem(`are not all among the sites of the plan: ${planned.join(', ')}`);
}

function names(members: readonly RosterMember[]): string {
  return members.map(({ site }) => site).join(', ');
}
