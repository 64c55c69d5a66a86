import { equalBytes } from '../../shared/statements/digest.ts';
import type { EpochMember, EpochStore } from '../group-keys/epoch.ts';
import type { SiteStore } from '../sites/site-store.ts';

/** Members of the run's roster who still are who they were: enrolled, with the signing key that the roster names. */
export async function standingMembers(tables: { readonly epochs: EpochStore; readonly sites: Pick<SiteStore, 'list'> }, run: string): Promise<EpochMember[]> {
  const epoch = await tables.epochs.findByRun(run);
  if (!epoch) return [];
  const enrolled = (await tables.sites.list()).filter(({ revokedAtMs }) => revokedAtMs === null);
  const members = await tables.epochs.members(epoch.number);
  return members.filter(({ site, signingKey }) => enrolled.some((candidate) => candidate.name === site && equalBytes(candidate.signingKey, signingKey)));
}
