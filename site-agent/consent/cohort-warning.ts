import type { Roster } from '../../shared/statements/roster.ts';

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
  const rest = different.length === 0 ? 'those of any member that is missing from the next sum' : `those of ${different.join(', ')}${different.length === 1 ? ' alone' : ' together'}`;
  return `Statistics were opened over ${cohort.join(', ')}. Whoever also sees them over ${sites.join(', ')} can subtract, and learns statistics (such as the counts of each label) that are ${rest}.`;
}
