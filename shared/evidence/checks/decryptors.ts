import { ConsiliumError } from '../../errors/consilium-error.ts';
import { signersOf } from '../../statements/member-signature.ts';
import { roundOutcomeDomain, roundOutcomeFields } from '../../statements/round-outcome.ts';
import { agreedOutcome, publishedRounds } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const decryptors: EvidenceCheck = {
  name: 'decryptors',
  proves: 'Two contributing sites opened each sum apart from each other and signed what it is, which model version follows from it, and with which parameters the run goes on.',
  check({ documents }) {
    const rounds = publishedRounds(documents);
    let opened = 0;
    for (const round of rounds) {
      const { signatures, ...outcome } = agreedOutcome(round);
      const contributing = round.members.filter(({ site }) => round.manifests.every(({ contributions }) => contributions.some((contribution) => contribution.site === site)));
      const signers = signersOf(contributing, roundOutcomeDomain, roundOutcomeFields(round.identity, outcome), signatures);
      if (signers.size < 2) throw new ConsiliumError('evidence-refuted', `Fewer than two contributing sites signed what follows from round ${round.record.id}.`);
      opened += signers.size;
    }
    return `${opened} signatures over ${rounds.length} rounds`;
  },
};
