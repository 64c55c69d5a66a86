import { isDeepStrictEqual } from 'node:util';
import { releasedSums } from '../../aggregation/released-sums.ts';
import { ConsiliumError } from '../../errors/consilium-error.ts';
import { openedSums } from '../replay.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const smallestCell: EvidenceCheck = {
  name: 'smallest cell',
  proves: "No bin of an opened score histogram holds fewer rows with one label than the plan's smallest cell.",
  async check(evidence, replayed) {
    const { plan } = evidence;
    let evaluated = 0;
    for (const { round, layouts, evaluation } of await replayed()) {
      if (!evaluation) continue;
      const sums = await openedSums(evidence, round, ['statistics']);
      // What was released stays as it is when it is released again.
      const released = releasedSums({ plan, purpose: round.record.purpose, layouts, sums });
      if (!isDeepStrictEqual(released.get('statistics'), sums.get('statistics'))) throw new ConsiliumError('evidence-refuted', `The opened statistics of ${round.record.id} hold a cell of fewer than ${plan.privacy.smallestCell} rows.`);
      evaluated++;
    }
    return `${evaluated} evaluations, no cell under ${plan.privacy.smallestCell} ${plan.privacy.smallestCell === 1 ? 'row' : 'rows'}`;
  },
};
