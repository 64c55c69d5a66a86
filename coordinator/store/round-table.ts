import type { Decline, Round, RoundStore } from '../rounds/round.ts';
import type { Database } from './database.ts';

export class RoundTable implements RoundStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(id: string): Promise<Round | undefined> {
    return this.#database.selectFrom('round').selectAll().where('id', '=', id).executeTakeFirst();
  }

  list(run: string): Promise<Round[]> {
    return this.#database.selectFrom('round').selectAll().where('run', '=', run).orderBy('number').execute();
  }

  newest(run: string): Promise<Round | undefined> {
    return this.#database.selectFrom('round').selectAll().where('run', '=', run).orderBy('number', 'desc').limit(1).executeTakeFirst();
  }

  async insert(round: Round): Promise<void> {
    await this.#database.insertInto('round').values(round).execute();
  }

  async update(id: string, change: Parameters<RoundStore['update']>[1]): Promise<void> {
    await this.#database.updateTable('round').set(change).where('id', '=', id).execute();
  }

  async addBytesDown(id: string, bytes: number): Promise<void> {
    await this.#database
      .updateTable('round')
      .set((row) => ({ bytesDown: row('bytesDown', '+', bytes) }))
      .where('id', '=', id)
      .execute();
  }

  async decline(decline: Decline): Promise<void> {
    await this.#database
      .insertInto('decline')
      .values(decline)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  declines(run: string): Promise<Decline[]> {
    return this.#database.selectFrom('decline').selectAll().where('run', '=', run).orderBy('atMs').execute();
  }
}
