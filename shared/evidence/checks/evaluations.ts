import { isDeepStrictEqual } from 'node:util';
import { ConsiliumError } from '../../errors/consilium-error.ts';
import { evaluationResource } from '../../http-api/evaluation-resource.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const evaluations: EvidenceCheck = {
  name: 'evaluations',
  proves: 'The figures of every model version follow from the opened statistics sums of all sites together.',
  async check({ documents }, replayed) {
    const computed = new Map((await replayed()).flatMap(({ round, evaluation }) => (evaluation ? [[round.record.baseVersion, evaluation]] : [])));
    for (const { digest, number, evaluation } of documents['model-versions.json']) {
      const anew = computed.get(digest);
      // Through JSON, which leaves out what is undefined.
      const expected = anew ? evaluationResource.parse(JSON.parse(JSON.stringify(anew))) : null;
      if (!isDeepStrictEqual(expected, evaluation)) throw new ConsiliumError('evidence-refuted', `The evaluation of version ${number} is not the one that its sum gives.`);
    }
    return `${computed.size} evaluations computed anew`;
  },
};
