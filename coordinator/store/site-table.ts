import type { Site } from '../sites/site.ts';
import type { SiteStore } from '../sites/site-store.ts';
import type { Database } from './database.ts';
import type { SiteRow } from './schema.ts';

export class SiteTable implements SiteStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(name: string): Promise<Site | undefined> {
    const row = await this.#database.selectFrom('site').selectAll().where('name', '=', name).executeTakeFirst();
    return row && toSite(row);
  }

  async findByFingerprint(fingerprint: string): Promise<Site | undefined> {
    const row = await this.#database
      .selectFrom('site')
      .selectAll()
      .where((site) => site.or([site('certificateFingerprint', '=', fingerprint), site('renewedFingerprint', '=', fingerprint)]))
      .executeTakeFirst();
    return row && toSite(row);
  }

  async list(): Promise<Site[]> {
    return (await this.#database.selectFrom('site').selectAll().orderBy('name').execute()).map(toSite);
  }

  async save(site: Site): Promise<void> {
    const row = toRow(site);
    const { name: _key, ...rest } = row;
    await this.#database
      .insertInto('site')
      .values(row)
      .onConflict((conflict) => conflict.column('name').doUpdateSet(rest))
      .execute();
  }
}

function toRow({ renewal, ...site }: Site): SiteRow {
  return {
    ...site,
    renewedFingerprint: renewal?.certificateFingerprint ?? null,
    renewedExpiresAtMs: renewal?.certificateExpiresAtMs ?? null,
    renewalRequestHash: renewal?.requestHash ?? null,
    renewedCertificate: renewal?.certificate ?? null,
  };
}

function toSite({ renewedFingerprint, renewedExpiresAtMs, renewalRequestHash, renewedCertificate, ...site }: SiteRow): Site {
  const renewed = renewedFingerprint !== null && renewedExpiresAtMs !== null && renewalRequestHash !== null && renewedCertificate !== null;
  const renewal = renewed && { certificateFingerprint: renewedFingerprint, certificateExpiresAtMs: renewedExpiresAtMs, requestHash: renewalRequestHash, certificate: renewedCertificate };
  return { ...site, renewal: renewal || null };
}
