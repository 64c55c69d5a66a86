import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { rosterHash, type SignedRoster } from '../../shared/statements/roster.ts';
import type { Proposals } from './proposals.ts';

/** Who this site is, as a roster names it. */
export interface RosterIdentity {
  readonly federation: string;
  readonly site: string;
  /** Ed25519, raw. */
  readonly signingKey: Uint8Array;
}

/**
 * Whether a roster, whose signature was checked, is one that this site can be asked about at all.
 * @throws not-a-member when it is not this site with its key, in its federation; roster-not-growing when a newer one, or
 *   another one of the same version, was proposed before
 */
export async function assertProposable(roster: SignedRoster, own: RosterIdentity, proposals: Proposals): Promise<void> {
  const self = roster.members.find(({ site }) => site === own.site);
  if (roster.federation !== own.federation || !self || !Buffer.from(self.signingKey).equals(own.signingKey)) {
    throw new ConsiliumError('not-a-member', `The roster of ${roster.study} does not name this site with the key that it has.`);
  }
  const known = await proposals.find(roster.study);
  const before = known && (await proposals.roster(known.rosterHash));
  if (!known || !before || known.rosterHash === rosterHash(roster)) return;
  const follows = roster.version > before.version && (roster.version > before.version + 1 || roster.previousHash === known.rosterHash);
  if (!follows) throw new ConsiliumError('roster-not-growing', `Version ${roster.version} of ${roster.study} was proposed, and version ${before.version} is known.`);
}
