import { ConsiliumError } from '../../errors/consilium-error.ts';
import { agreedOutcome } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const models: EvidenceCheck = {
  name: 'models',
  proves: 'Every model version, computed anew from the version before it and the opened sum, is bit for bit the published one, and the one that the decryptors signed.',
  async check(evidence, replayed) {
    const versions = evidence.documents['model-versions.json'];
    let computed = 0;
    for (const { round, model } of await replayed()) {
      const { id, baseVersion } = round.record;
      const version = model ? versions.find((candidate) => candidate.round === id) : versions.find(({ digest }) => digest === baseVersion);
      if (model && (version?.weightsDigest !== model.weightsDigest || version.optimiserStateDigest !== model.optimiserStateDigest)) {
        throw new ConsiliumError('evidence-refuted', `The model that follows from round ${id} is not the published one.`);
      }
      if (version?.digest !== agreedOutcome(round).version) throw new ConsiliumError('evidence-refuted', `The version that follows from round ${id} is not the one that its decryptors signed.`);
      if (model) computed++;
    }
    for (const { weightsDigest, optimiserStateDigest } of versions) {
      await evidence.weights(weightsDigest);
      await evidence.optimiserState(optimiserStateDigest);
    }
    return `${computed} versions computed anew`;
  },
};
