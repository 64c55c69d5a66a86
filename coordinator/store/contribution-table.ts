import type { Contribution, ContributionStore, LateContribution } from '../contributions/contribution.ts';
import type { Database } from './database.ts';

export class ContributionTable implements ContributionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(round: string): Promise<Contribution[]> {
    return this.#database.selectFrom('contribution').selectAll().where('round', '=', round).orderBy('acceptedAtMs').orderBy('site').execute();
  }

  async insert(contribution: Contribution): Promise<void> {
    await this.#database.insertInto('contribution').values(contribution).execute();
  }

  async remove(round: string, site: string): Promise<void> {
    await this.#database.deleteFrom('contribution').where('round', '=', round).where('site', '=', site).execute();
  }

  late(round: string): Promise<LateContribution[]> {
    return this.#database.selectFrom('lateContribution').selectAll().where('round', '=', round).orderBy('site').execute();
  }

  async noteLate(late: LateContribution): Promise<void> {
    await this.#database
      .insertInto('lateContribution')
      .values(late)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
