import type { Roster } from '../../shared/statements/roster.ts';
import type { Decision } from './decisions.ts';

/** Cohorts that whoever decided could not have known of; all of them before a decision. */
export function unknownCohorts(cohorts: readonly (readonly string[])[], decision: Decision | undefined): (readonly string[])[] {
  return cohorts.filter((cohort) => !decision?.knownCohorts?.some((known) => known.join() === cohort.join()));
}

/**
 * What can be learned, and about whom, when a study's statistics are opened under a roster after they were opened under
 * others; empty when they were not. A new roster lets the cohort be fixed anew, also when its members are the same.
 *
 * @param openedCohorts the sites over which statistics were opened under other rosters
 */
export function cohortWarning(openedCohorts: readonly (readonly string[])[], { members }: Pick<Roster, 'members'>): string {
  const sites = members.map(({ site }) => site).sort();
  return openedCohorts.map((cohort) => subtraction(cohort, sites)).join(' ');
}

function subtraction(cohort: readonly string[], sites: readonly string[]): string {
  const different = [...cohort.filter((site) => !sites.includes(site)), ...sites.filter((site) => !cohort.includes(site))];
  const opened = `Statistics were opened, or may have been, over ${cohort.join(', ')}.`;
  const learned = 'can subtract, and learns statistics (such as the counts of each label) that are';
  if (different.length === 0) return `${opened} Under the new roster they may be opened over fewer of these. Whoever sees both ${learned} those of who is missing.`;
  return `${opened} Whoever also sees them over ${sites.join(', ')} ${learned} those of ${different.join(', ')}${different.length === 1 ? ' alone' : ' together'}.`;
}
