import type { SignedStudyDecision } from '../../shared/statements/study-decision.ts';
import type { StudyDecisionStore } from '../rosters/study-decision-store.ts';
import type { Database } from './database.ts';

export class StudyDecisionTable implements StudyDecisionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(study: string, rosterHash: string): Promise<SignedStudyDecision[]> {
    return this.#database.selectFrom('studyDecision').selectAll().where('study', '=', study).where('rosterHash', '=', rosterHash).orderBy('site').execute();
  }

  async save(decision: SignedStudyDecision): Promise<void> {
    const { study: _study, rosterHash: _rosterHash, site: _site, ...rest } = decision;
    await this.#database
      .insertInto('studyDecision')
      .values(decision)
      .onConflict((conflict) => conflict.columns(['study', 'rosterHash', 'site']).doUpdateSet(rest))
      .execute();
  }
}
