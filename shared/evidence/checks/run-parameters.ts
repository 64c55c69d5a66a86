import { isDeepStrictEqual } from 'node:util';
import { ConsiliumError } from '../../errors/consilium-error.ts';
import { runParametersHash } from '../../studies/run-parameters.ts';
import { agreedOutcome } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const runParameters: EvidenceCheck = {
  name: 'run parameters',
  proves: 'Pooled normalisation and clipping ranges follow from the opened statistics sums, and are the ones that the decryptors signed.',
  async check({ documents }, replayed) {
    const rounds = await replayed();
    for (const { round, parameters } of rounds) {
      if (agreedOutcome(round).parametersHash !== runParametersHash(parameters)) throw new ConsiliumError('evidence-refuted', `The parameters that follow from round ${round.record.id} are not the ones that its decryptors signed.`);
    }
    const computed = rounds.at(-1)?.parameters ?? {};
    if (!isDeepStrictEqual(computed, documents['run.json'].parameters)) throw new ConsiliumError('evidence-refuted', 'The parameters of the run are not those that its sums give.');
    return Object.keys(computed).length === 0 ? 'the run has none' : `${computed.normalisation?.inputs.length ?? 0} inputs, ${computed.clippingRanges?.length ?? 0} clipping ranges`;
  },
};
