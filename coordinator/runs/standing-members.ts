import { equalBytes } from '../../shared/statements/digest.ts';
import type { EpochMember, EpochStore } from '../group-keys/epoch.ts';
import type { SiteStore } from '../sites/site-store.ts';
import type { Site } from '../sites/site.ts';

/** Members of the run's roster who still are who they were: enrolled, with the signing key that the roster names. */
export async function standingMembers(tables: { readonly epochs: EpochStore; readonly sites: Pick<SiteStore, 'list'> }, run: string): Promise<EpochMember[]> {
  const epoch = await tables.epochs.findByRun(run);
  if (!epoch) return [];
  const enrolled = new Map((await tables.sites.list()).map((site) => [site.name, site]));
  const members = await tables.epochs.members(epoch.number);
  return members.filter((member) => isStanding(member, enrolled.get(member.site)));
}

/** @param enrolled the site of the member's name, if there is one */
export function isStanding({ signingKey }: Pick<EpochMember, 'signingKey'>, enrolled: Site | undefined): boolean {
  return enrolled?.revokedAtMs === null && equalBytes(enrolled.signingKey, signingKey);
}
