import type { LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import type { LedgerHeadStore } from '../ledgers/ledger-head.ts';
import type { Database } from './database.ts';

export class LedgerHeadTable implements LedgerHeadStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(site: string): Promise<LedgerReceipt | undefined> {
    const row = await this.#database.selectFrom('ledgerHead').selectAll().where('site', '=', site).executeTakeFirst();
    if (!row) return undefined;
    const { site: _key, ...receipt } = row;
    return receipt;
  }

  async save(site: string, receipt: LedgerReceipt): Promise<void> {
    await this.#database
      .insertInto('ledgerHead')
      .values({ site, ...receipt })
      .onConflict((conflict) => conflict.column('site').doUpdateSet(receipt))
      .execute();
  }

  async remove(site: string): Promise<void> {
    await this.#database.deleteFrom('ledgerHead').where('site', '=', site).execute();
  }
}
