import type { DepartureReceipt, DepartureReceiptStore } from '../ledgers/departure-receipt.ts';
import type { Database } from './database.ts';

export class DepartureReceiptTable implements DepartureReceiptStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(round: string): Promise<DepartureReceipt[]> {
    return this.#database.selectFrom('departureReceipt').selectAll().where('round', '=', round).orderBy('auditSequence').execute();
  }

  async insert(receipt: DepartureReceipt): Promise<void> {
    await this.#database.insertInto('departureReceipt').values(receipt).execute();
  }

  async remove(round: string, site: string): Promise<void> {
    await this.#database.deleteFrom('departureReceipt').where('round', '=', round).where('site', '=', site).execute();
  }
}
