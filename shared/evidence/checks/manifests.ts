import { isDeepStrictEqual } from 'node:util';
import { ConsiliumError } from '../../errors/consilium-error.ts';
import type { Part } from '../../layouts/vector-layout.ts';
import { manifestDigest } from '../../statements/manifest.ts';
import type { StudyPlan } from '../../studies/plan.ts';
import { partsOf } from '../../studies/round-purpose.ts';
import { manifestOf, type ManifestRecord } from '../manifest-record.ts';
import { publishedRounds, type RoundEvidence } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const manifests: EvidenceCheck = {
  name: 'manifests',
  proves: 'Every opened sum is made of the contributions that its manifest names: of no fewer members than the plan asks for, each once, each accepted before; and every manifest continues the one before it.',
  check({ plan, documents }) {
    const heads: Record<Part, string> = { update: '', statistics: '' };
    let named = 0;
    let epoch = documents['epochs.json'][0]?.number;
    for (const round of publishedRounds(documents)) {
      const { start, epoch: number } = round.identity;
      if (number !== epoch && !isDeepStrictEqual(start.manifests, heads)) throw new ConsiliumError('evidence-refuted', `Epoch ${number} does not continue the manifests of the one before it.`);
      epoch = number;
      assertParts(round);
      for (const manifest of round.manifests) {
        if (manifestDigest(round.identity, manifestOf(manifest)) !== manifest.digest) throw refutation(manifest, 'does not have the digest of what it says');
        if (manifest.previous !== (heads[manifest.part])) throw refutation(manifest, 'does not continue the one before it');
        assertContributions(manifest, round, plan);
        heads[manifest.part] = manifest.digest;
        named += manifest.contributions.length;
      }
    }
    return `${named} contributions`;
  },
};

function assertParts({ record, manifests: ofRound }: RoundEvidence): void {
  const named = ofRound.map(({ part }) => part);
  const needed: Part = record.purpose === 'training' ? 'update' : 'statistics';
  const right = new Set(named).size === named.length && named.includes(needed) && named.every((part) => partsOf(record.purpose).includes(part));
  if (!right) throw new ConsiliumError('evidence-refuted', `Round ${record.id} does not have one manifest for each part that was opened.`);
}

function assertContributions(manifest: ManifestRecord, { record, members }: RoundEvidence, plan: StudyPlan): void {
  const { contributions, part, round, attempt, purpose, base } = manifest;
  if (round !== record.id || attempt !== record.attempt || purpose !== record.purpose || base !== record.baseVersion) throw refutation(manifest, 'is of another round');
  const sites = new Set(contributions.map(({ site }) => site));
  if (sites.size !== contributions.length) throw refutation(manifest, 'names a site twice');
  if (new Set(contributions.map(({ digest }) => digest)).size !== contributions.length) throw refutation(manifest, 'names a contribution twice');
  if (sites.size < plan.privacy.minimumContributors) throw refutation(manifest, `is over ${sites.size} sites, and the plan asks for ${plan.privacy.minimumContributors}`);
  for (const { site, digest } of contributions) {
    if (!members.some((member) => member.site === site)) throw refutation(manifest, `names ${site}, which is no member`);
    if (!record.contributions.some((accepted) => accepted.site === site && accepted.part === part && accepted.digest === digest)) throw refutation(manifest, `names a contribution of ${site} that was not accepted`);
  }
}

function refutation({ round, part }: ManifestRecord, what: string): ConsiliumError {
  return new ConsiliumError('evidence-refuted', `The manifest of the ${part} part of ${round} ${what}.`);
}
