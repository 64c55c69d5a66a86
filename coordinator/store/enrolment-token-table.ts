import type { EnrolmentToken, EnrolmentTokenStore, EnrolmentTokenUse } from '../enrolment/enrolment-token.ts';
import type { Database } from './database.ts';
import type { EnrolmentTokenRow } from './schema.ts';

export class EnrolmentTokenTable implements EnrolmentTokenStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(tokenHash: string): Promise<EnrolmentToken | undefined> {
    const row = await this.#database.selectFrom('enrolmentToken').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst();
    return row && toToken(row);
  }

  async insert({ use, replaces, ...token }: EnrolmentToken): Promise<void> {
    await this.#database
      .insertInto('enrolmentToken')
      .values({ ...token, replaces: Number(replaces), ...(use ?? { usedAtMs: null, requestHash: null, certificate: null }) })
      .execute();
  }

  async expireUnused(site: string, atMs: number): Promise<number> {
    const { numUpdatedRows } = await this.#database
      .updateTable('enrolmentToken')
      .set({ expiresAtMs: atMs })
      .where('site', '=', site)
      .where('usedAtMs', 'is', null)
      .where('expiresAtMs', '>', atMs)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  async markUsed(tokenHash: string, use: EnrolmentTokenUse): Promise<void> {
    await this.#database.updateTable('enrolmentToken').set(use).where('tokenHash', '=', tokenHash).execute();
  }
}

function toToken({ replaces, usedAtMs, requestHash, certificate, ...token }: EnrolmentTokenRow): EnrolmentToken {
  const used = usedAtMs !== null && requestHash !== null && certificate !== null;
  return { ...token, replaces: replaces === 1, use: used ? { usedAtMs, requestHash, certificate } : null };
}
