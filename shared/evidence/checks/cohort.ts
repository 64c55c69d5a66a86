import { ConsiliumError } from '../../errors/consilium-error.ts';
import { publishedRounds } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const cohort: EvidenceCheck = {
  name: 'cohort',
  proves: "Under each roster statistics were opened over the same sites each time, so that no site's own follow by subtraction; a roster under which they are others was approved by each of its members, and what then follows is named here.",
  check({ documents }) {
    const cohorts = new Map<string, string>();
    for (const { identity, manifests } of publishedRounds(documents)) {
      for (const { part, round, contributions } of manifests) {
        if (part !== 'statistics') continue;
        const sites = contributions.map(({ site }) => site).sort().join(', ');
        const first = cohorts.get(identity.rosterHash) ?? sites;
        if (first !== sites) throw new ConsiliumError('evidence-refuted', `The statistics of ${round} are over ${sites}, and earlier ones over ${first}.`);
        cohorts.set(identity.rosterHash, first);
      }
    }
    return found([...new Set(cohorts.values())]);
  },
};

function found(cohorts: readonly string[]): string {
  const [first, ...others] = cohorts;
  if (first === undefined) return 'no statistics were opened';
  return [first, ...others.map((other, at) => `then ${other}, so that statistics of ${difference(cohorts[at]!, other)} follow`)].join('; ');
}

function difference(before: string, after: string): string {
  const [left, right] = [before, after].map((sites) => new Set(sites.split(', ')));
  return [...left!.symmetricDifference(right!)].join(', ');
}
