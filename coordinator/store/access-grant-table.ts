import type { Role } from '../../shared/access/role.ts';
import type { AccessGrant, AccessGrantStore } from '../access/access-grant.ts';
import type { Database } from './database.ts';
import type { AccessGrantRow } from './schema.ts';

export class AccessGrantTable implements AccessGrantStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(id: string): Promise<AccessGrant | undefined> {
    return this.#findBy('id', id);
  }

  findByTokenHash(tokenHash: string): Promise<AccessGrant | undefined> {
    return this.#findBy('tokenHash', tokenHash);
  }

  async list(): Promise<AccessGrant[]> {
    const rows = await this.#database.selectFrom('accessGrant').selectAll().orderBy('createdAtMs').orderBy('id').execute();
    return rows.map(toGrant);
  }

  async insert({ roles, ...grant }: AccessGrant): Promise<void> {
    await this.#database
      .insertInto('accessGrant')
      .values({ ...grant, roles: JSON.stringify(roles) })
      .execute();
  }

  async markRevoked(id: string, atMs: number): Promise<void> {
    await this.#database.updateTable('accessGrant').set({ revokedAtMs: atMs }).where('id', '=', id).execute();
  }

  async markUsed(id: string, atMs: number): Promise<void> {
    await this.#database.updateTable('accessGrant').set({ lastUsedAtMs: atMs }).where('id', '=', id).execute();
  }

  async #findBy(column: 'id' | 'tokenHash', value: string): Promise<AccessGrant | undefined> {
    const row = await this.#database.selectFrom('accessGrant').selectAll().where(column, '=', value).executeTakeFirst();
    return row && toGrant(row);
  }
}

function toGrant({ roles, ...row }: AccessGrantRow): AccessGrant {
  return { ...row, roles: JSON.parse(roles) as Role[] };
}
