import { ConsiliumError } from '../../errors/consilium-error.ts';
import { roundSchedule } from '../../studies/round-purpose.ts';
import type { EvidenceCheck } from './evidence-check.ts';
import { roundIdOf } from '../../studies/round-number.ts';

export const schedule: EvidenceCheck = {
  name: 'schedule',
  proves: 'The rounds are those of the plan, in its order, each held once; a completed run has them all.',
  check({ plan, documents }) {
    const { run, state } = documents['run.json'];
    const purposes = roundSchedule(plan);
    const rounds = documents['rounds.json'];
    rounds.forEach(({ id, number, purpose, state: roundState }, index) => {
      if (number !== index || id !== roundIdOf(run, index)) throw new ConsiliumError('evidence-refuted', `Round ${id} stands where round ${roundIdOf(run, index)} should.`);
      if (purpose !== purposes[index]) throw new ConsiliumError('evidence-refuted', `Round ${id} is for ${purpose}, and the plan has ${purposes[index] ?? 'no round'} there.`);
      if (roundState === 'ABANDONED' && index < rounds.length - 1) throw new ConsiliumError('evidence-refuted', `Round ${id} was abandoned, and the run went on.`);
    });
    const published = rounds.filter((round) => round.state === 'PUBLISHED').length;
    if (state === 'COMPLETED' && published !== purposes.length) throw new ConsiliumError('evidence-refuted', `The run is completed with ${published} of ${purposes.length} rounds.`);
    return `${published} of ${purposes.length} rounds`;
  },
};
