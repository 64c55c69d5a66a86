import type { SignedStudyDecision } from '../../shared/statements/study-decision.ts';
import type { StudyDecisionStore } from '../rosters/study-decision-store.ts';
import type { Database } from './database.ts';

export class StudyDecisionTable implements StudyDecisionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(study: string, rosterHash: string): Promise<SignedStudyDecision[]> {
    const bySite = new Map((await this.history(study, rosterHash)).map((decision) => [decision.site, decision]));
    return [...bySite.values()];
  }

  history(study: string, rosterHash: string): Promise<SignedStudyDecision[]> {
    return this.#database.selectFrom('studyDecision').selectAll().where('study', '=', study).where('rosterHash', '=', rosterHash).orderBy('site').orderBy('decidedAtMs').execute();
  }

  async save(decision: SignedStudyDecision): Promise<void> {
    await this.#database
      .insertInto('studyDecision')
      .values(decision)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
