import { isDeepStrictEqual } from 'node:util';
import { ConsiliumError } from '../../errors/consilium-error.ts';
import { epochClosingDomain, epochClosingFields } from '../../statements/epoch-closing.ts';
import { firstEpochStart } from '../../statements/epoch-start.ts';
import { isMajority, signersOf } from '../../statements/member-signature.ts';
import type { EpochRecord } from '../epoch-record.ts';
import type { EvidenceDocuments } from '../evidence-documents.ts';
import { identityOf, membersOf } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const epochs: EvidenceCheck = {
  name: 'epochs',
  proves: 'Every group key was made by a member of a signed roster; the first epoch began with the initial weights, and each other where more than half of the members of the one before it signed that it ends.',
  check({ documents }) {
    const all = documents['epochs.json'];
    const initial = documents['model-versions.json'][0]?.digest ?? '';
    if (!isDeepStrictEqual(all[0]?.start, firstEpochStart(initial))) throw new ConsiliumError('evidence-refuted', 'The first epoch does not begin with the initial weights of the run.');
    all.forEach((epoch, index) => {
      const members = membersOf(documents, epoch);
      if (!members) throw new ConsiliumError('evidence-refuted', `The roster ${epoch.rosterHash} of epoch ${epoch.number} is not there.`);
      if (!members.some(({ site }) => site === epoch.custodian)) throw new ConsiliumError('evidence-refuted', `${epoch.custodian} made the group key of epoch ${epoch.number} and is no member.`);
      const next = all[index + 1];
      if (next) assertFollows(documents, epoch, next);
    });
    return `epochs ${all.map(({ number }) => number).join(', ')}`;
  },
};

function assertFollows(documents: EvidenceDocuments, epoch: EpochRecord, next: EpochRecord): void {
  if (next.number <= epoch.number) throw new ConsiliumError('evidence-refuted', `Epoch ${next.number} comes after epoch ${epoch.number}.`);
  const { closing } = epoch;
  if (!closing || !isDeepStrictEqual([closing.next, closing.nextRosterHash], [next.start, next.rosterHash])) {
    throw new ConsiliumError('evidence-refuted', `Epoch ${next.number} does not begin where epoch ${epoch.number} was closed.`);
  }
  const members = membersOf(documents, epoch) ?? [];
  const signatures = closing.signatures.map(({ site, signature }) => ({ site, signature: Buffer.from(signature, 'base64') }));
  const signers = signersOf(members, epochClosingDomain, epochClosingFields(identityOf(documents, epoch), closing), signatures);
  if (!isMajority(signers.size, members.length)) throw new ConsiliumError('evidence-refuted', `Only ${signers.size} of ${members.length} members signed how epoch ${epoch.number} ends.`);
}
