import type { Site } from '../sites/site.ts';
import type { SiteStore } from '../sites/site-store.ts';
import type { Database } from './database.ts';

export class SiteTable implements SiteStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(name: string): Promise<Site | undefined> {
    return this.#database.selectFrom('site').selectAll().where('name', '=', name).executeTakeFirst();
  }

  findByFingerprint(certificateFingerprint: string): Promise<Site | undefined> {
    return this.#database.selectFrom('site').selectAll().where('certificateFingerprint', '=', certificateFingerprint).executeTakeFirst();
  }

  list(): Promise<Site[]> {
    return this.#database.selectFrom('site').selectAll().orderBy('name').execute();
  }

  async save(site: Site): Promise<void> {
    const { name: _key, ...rest } = site;
    await this.#database
      .insertInto('site')
      .values(site)
      .onConflict((conflict) => conflict.column('name').doUpdateSet(rest))
      .execute();
  }
}
