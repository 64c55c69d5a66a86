import { generateKeyPairSync } from 'node:crypto';
import { signRoster, type Roster } from '../../shared/statements/roster.ts';
import type { Epoch, EpochInput } from '../../shared/wire/generated/consilium/v1/Epoch.ts';

/** An epoch whose roster the coordinator changed, and signed with a lead key of its own. */
export function withOwnRoster(epoch: Epoch, change: (roster: Roster) => Partial<Roster>): EpochInput {
  const { signature: _theirs, ...roster } = epoch.roster!;
  const own = signRoster({ ...roster, ...change(roster) }, generateKeyPairSync('ed25519').privateKey);
  return { ...epoch, planHash: own.planHash, roster: { ...own, members: own.members.map(({ site, signingKey }) => ({ site, signingKey })) } };
}
