import type { Part } from '../../shared/layouts/vector-layout.ts';
import { partsOf } from '../../shared/studies/round-purpose.ts';
import type { Contribution } from '../contributions/contribution.ts';
import type { Round } from '../rounds/round.ts';

/** The contributions that make up each part of a round's sum. A part that stays closed is left out. */
export function contributionsToSum(
  round: Round,
  contributions: readonly Contribution[],
  contributors: readonly string[],
  cohort: readonly string[] | undefined,
): Map<Part, Contribution[]> {
  const sums = new Map<Part, Contribution[]>();
  for (const part of partsOf(round.purpose)) {
    const sites = part === 'update' ? contributors : statisticsSites(contributors, cohort);
    const summed = contributions.filter((contribution) => contribution.part === part && sites.includes(contribution.site));
    if (summed.length > 0) sums.set(part, summed);
  }
  return sums;
}

/**
 * Statistics are opened over the same sites each time: with one missing, what it has in common with the others would follow
 * by subtraction. A site that came later is left out; with one missing the statistics stay closed.
 */
function statisticsSites(contributors: readonly string[], cohort: readonly string[] | undefined): readonly string[] {
  if (!cohort) return contributors;
  return cohort.every((site) => contributors.includes(site)) ? cohort : [];
}
