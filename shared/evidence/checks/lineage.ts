import { isDeepStrictEqual } from 'node:util';
import { ConsiliumError } from '../../errors/consilium-error.ts';
import { versionDigest } from '../../statements/model-lineage.ts';
import type { ModelVersionRecord } from '../model-version-record.ts';
import { agreedOutcome, publishedRounds, type RoundEvidence } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const lineage: EvidenceCheck = {
  name: 'lineage',
  proves: 'The name of each model version is the hash of its weights, the sum they come from, who contributed, and the version before.',
  check({ documents }) {
    const { run } = documents['run.json'];
    const versions = documents['model-versions.json'];
    const training = publishedRounds(documents).filter(({ record }) => record.purpose === 'training');
    versions.forEach((version, index) => {
      if (version.number !== index || version.run !== run || version.parent !== (versions[index - 1]?.digest ?? '')) {
        throw new ConsiliumError('evidence-refuted', `Version ${version.number} does not follow from the one before it.`);
      }
      if (versionDigest(version) !== version.digest) throw new ConsiliumError('evidence-refuted', `The digest of version ${version.number} is not that of its lineage.`);
      const round = training[index - 1];
      if (isDeepStrictEqual(originOf(version), round ? originIn(round) : initialOrigin)) return;
      throw new ConsiliumError('evidence-refuted', `Version ${version.number} names another round, sum or contribution than the one it comes from.`);
    });
    if (versions.length !== training.length + 1) throw new ConsiliumError('evidence-refuted', `${training.length} training rounds made ${versions.length - 1} versions.`);
    return `${versions.length} versions, the last one ${versions.at(-1)?.digest}`;
  },
};

interface Origin {
  readonly round: string;
  readonly sumDigest: string | undefined;
  readonly contributions: readonly string[];
}

const initialOrigin: Origin = { round: '', sumDigest: '', contributions: [] };

function originOf({ round, sumDigest, contributions }: ModelVersionRecord): Origin {
  return { round, sumDigest, contributions: contributions.map(({ site, digest }) => `${site} ${digest}`).sort() };
}

function originIn(round: RoundEvidence): Origin {
  const sum = agreedOutcome(round).parts.find(({ part }) => part === 'update');
  const summed = round.manifests.find(({ part }) => part === 'update')?.contributions ?? [];
  return { round: round.record.id, sumDigest: sum?.sumDigest, contributions: summed.map(({ site, digest }) => `${site} ${digest}`).sort() };
}
