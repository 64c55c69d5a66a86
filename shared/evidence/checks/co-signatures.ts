import { ConsiliumError } from '../../errors/consilium-error.ts';
import { manifestDomain, manifestFields } from '../../statements/manifest.ts';
import { isMajority, signersOf } from '../../statements/member-signature.ts';
import { manifestOf } from '../manifest-record.ts';
import { publishedRounds } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const coSignatures: EvidenceCheck = {
  name: 'co-signatures',
  proves: 'Before a sum was opened, more than half of the members, and of its contributors as many as the plan asks for, signed what it is made of.',
  check({ plan, documents }) {
    let signatures = 0;
    for (const { identity, members, manifests } of publishedRounds(documents)) {
      for (const manifest of manifests) {
        const signed = manifest.signatures.map(({ site, signature }) => ({ site, signature: Buffer.from(signature, 'base64') }));
        const signers = signersOf(members, manifestDomain, manifestFields(identity, manifestOf(manifest)), signed);
        const contributing = manifest.contributions.filter(({ site }) => signers.has(site)).length;
        if (signers.size < signed.length) throw new ConsiliumError('evidence-refuted', `A signature over the manifest of the ${manifest.part} part of ${manifest.round} does not verify.`);
        if (!isMajority(signers.size, members.length) || contributing < plan.privacy.minimumContributors) {
          throw new ConsiliumError('evidence-refuted', `Only ${signers.size} of ${members.length} members signed the manifest of the ${manifest.part} part of ${manifest.round}, ${contributing} of them contributors.`);
        }
        signatures += signers.size;
      }
    }
    return `${signatures} signatures`;
  },
};
