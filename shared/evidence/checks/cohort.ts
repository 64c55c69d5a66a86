import { ConsiliumError } from '../../errors/consilium-error.ts';
import { publishedRounds } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const cohort: EvidenceCheck = {
  name: 'cohort',
  proves: "Statistics were opened over the same sites each time, so that no site's own follow by subtraction.",
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
    return [...cohorts.values()].join('; ') || 'no statistics were opened';
  },
};
