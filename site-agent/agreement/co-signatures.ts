import type { KeyObject } from 'node:crypto';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import { manifestDomain, manifestFields, type Manifest } from '../../shared/statements/manifest.ts';
import { isMajority, signersOf, type MemberSignature } from '../../shared/statements/member-signature.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import type { PinnedEpoch } from '../runs/site-runs.ts';

/** This site's signatures, after it has agreed. */
export function coSign(manifests: readonly Manifest[], pinned: PinnedEpoch, signingKey: KeyObject): { part: Part; signature: Uint8Array }[] {
  return manifests.map((manifest) => ({ part: manifest.part, signature: signStatement(signingKey, manifestDomain, manifestFields(pinned, manifest)) }));
}

/**
 * A sum is opened only when more than half of the roster signed its manifest, and enough of the sites that are in it.
 * @throws co-signatures-missing
 */
export function assertCoSigned(manifest: Manifest, signatures: readonly MemberSignature[], pinned: PinnedEpoch, minimumContributors: number): void {
  const signers = signersOf(pinned.roster.members, manifestDomain, manifestFields(pinned, manifest), signatures);
  const contributing = manifest.contributions.filter(({ site }) => signers.has(site)).length;
  if (!isMajority(signers.size, pinned.roster.members.length) || contributing < minimumContributors) {
    throw new ConsiliumError('co-signatures-missing', `${signers.size} of ${pinned.roster.members.length} members signed the manifest of the ${manifest.part} part, ${contributing} of them contributors.`);
  }
}
