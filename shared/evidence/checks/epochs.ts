import { isDeepStrictEqual } from 'node:util';
import { ConsiliumError } from '../../errors/consilium-error.ts';
import { firstEpochStart } from '../../statements/epoch-start.ts';
import { membersOf } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const epochs: EvidenceCheck = {
  name: 'epochs',
  proves: 'Every group key was made by a member of a signed roster, and the run began with its initial weights and nothing else.',
  check({ documents }) {
    const all = documents['epochs.json'];
    all.forEach((epoch, index) => {
      if (epoch.number <= (all[index - 1]?.number ?? 0)) throw new ConsiliumError('evidence-refuted', `Epoch ${epoch.number} comes after a later one.`);
      const members = membersOf(documents, epoch);
      if (!members) throw new ConsiliumError('evidence-refuted', `The roster ${epoch.rosterHash} of epoch ${epoch.number} is not there.`);
      if (!members.some(({ site }) => site === epoch.custodian)) throw new ConsiliumError('evidence-refuted', `${epoch.custodian} made the group key of epoch ${epoch.number} and is no member.`);
    });
    const initial = documents['model-versions.json'][0]?.digest ?? '';
    if (!isDeepStrictEqual(all[0]?.start, firstEpochStart(initial))) throw new ConsiliumError('evidence-refuted', 'The first epoch does not begin with the initial weights of the run.');
    return `epochs ${all.map(({ number }) => number).join(', ')}`;
  },
};
