import { ConsiliumError, type Problem } from '../../shared/errors/consilium-error.ts';
import { equalBytes } from '../../shared/statements/digest.ts';
import { isSignedRoster, rosterHash, type RosterMember, type SignedRoster } from '../../shared/statements/roster.ts';
import { memberProblems } from '../../shared/studies/member-problems.ts';
import type { Site } from '../sites/site.ts';
import type { ReadStudy } from '../studies/study.ts';

/**
 * Everything about a roster that does not depend on the version before it.
 * @throws signature-invalid, roster-invalid with all problems, sites-missing, member-key-mismatch
 */
export function assertFitsStudy(roster: SignedRoster, { study, federation, sites }: { study: ReadStudy; federation: string; sites: readonly Site[] }): void {
  if (!isSignedRoster(roster)) throw new ConsiliumError('signature-invalid', 'It is the lead key\'s over the roster.');
  const problems = [...identityProblems(roster, study, federation), ...memberProblems(roster.members, study.plan)];
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

function names(members: readonly RosterMember[]): string {
  return members.map(({ site }) => site).join(', ');
}
