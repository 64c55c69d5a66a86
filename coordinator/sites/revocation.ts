import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { dropContributions, type DroppingTables } from '../contributions/dropped-contributions.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { SiteStore } from './site-store.ts';
import type { Site } from './site.ts';

export type RevocationTables = DroppingTables & { readonly sites: SiteStore };

/**
 * Takes a site's place in the federation away for good; only another bundle makes it a site again. Revoking it twice
 * changes nothing. Whoever has calls of the site under way cuts them off afterwards.
 *
 * @throws ConsiliumError `site-not-found`
 */
export async function revokeSite(store: UnitOfWork<RevocationTables>, clock: Clock, name: string, actor: string): Promise<Site> {
  return store.transaction(async (tables) => {
    const site = await tables.sites.find(name);
    if (!site) throw new ConsiliumError('site-not-found', `It was asked for ${name}.`);
    if (site.revokedAtMs !== null) return site;
    const atMs = clock.nowMs();
    const revoked: Site = { ...site, renewal: null, revokedAtMs: atMs };
    await tables.sites.save(revoked);
    await tables.audit.append({ atMs, actor, action: 'site revoked', subject: name, detail: { certificateFingerprint: site.certificateFingerprint } });
    await dropContributions(tables, name, atMs);
    return revoked;
  });
}
