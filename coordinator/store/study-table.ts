import type { Study, StudyStore } from '../studies/study.ts';
import type { Database } from './database.ts';

export class StudyTable implements StudyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(name: string): Promise<Study | undefined> {
    return this.#database.selectFrom('study').selectAll().where('name', '=', name).executeTakeFirst();
  }

  list(): Promise<Study[]> {
    return this.#database.selectFrom('study').selectAll().orderBy('submittedAtMs').orderBy('name').execute();
  }

  async insert(study: Study): Promise<void> {
    await this.#database.insertInto('study').values(study).execute();
  }
}
