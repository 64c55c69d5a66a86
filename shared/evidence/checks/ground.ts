import { ConsiliumError } from '../../errors/consilium-error.ts';
import { layoutFingerprint } from '../../layouts/vector-layout.ts';
import { runParametersHash } from '../../studies/run-parameters.ts';
import { agreedOutcome } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const ground: EvidenceCheck = {
  name: 'ground',
  proves: 'Every round stands on the model version, the parameters and the layout that the rounds before it gave, and on nothing else.',
  async check({ documents }, replayed) {
    let version = documents['model-versions.json'][0]?.digest;
    for (const { round, before, layouts } of await replayed()) {
      const { id, baseVersion } = round.record;
      const { start } = round.identity;
      if (start.round === round.record.number && (start.version !== version || start.parametersHash !== runParametersHash(before))) {
        throw new ConsiliumError('evidence-refuted', `The epoch of round ${id} does not begin where the run had come to.`);
      }
      if (baseVersion !== version) throw new ConsiliumError('evidence-refuted', `Round ${id} is based on another version than the run had come to.`);
      for (const { part, parametersHash, layoutFingerprint: fingerprint } of round.manifests) {
        if (parametersHash !== runParametersHash(before)) throw new ConsiliumError('evidence-refuted', `Round ${id} was held with other parameters than the run had come to.`);
        const layout = layouts.get(part);
        if (!layout || layoutFingerprint(layout) !== fingerprint) throw new ConsiliumError('evidence-refuted', `The ${part} part of ${id} has another layout than the plan gives it.`);
      }
      ({ version } = agreedOutcome(round));
    }
    return `up to version ${version}`;
  },
};
