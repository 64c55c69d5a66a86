import type { RunParameters } from '../../shared/studies/run-parameters.ts';
import { runStates, type Run, type RunState, type RunStore } from '../runs/run.ts';
import type { Database } from './database.ts';
import type { RunRow } from './schema.ts';

const activeStates = (Object.keys(runStates) as RunState[]).filter((state) => !runStates[state].ended);

export class RunTable implements RunStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(id: string): Promise<Run | undefined> {
    const row = await this.#database.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toRun(row);
  }

  async list(study?: string): Promise<Run[]> {
    let query = this.#database.selectFrom('run').selectAll().orderBy('startedAtMs').orderBy('id');
    if (study !== undefined) query = query.where('study', '=', study);
    return (await query.execute()).map(toRun);
  }

  async active(): Promise<Run[]> {
    const rows = await this.#database.selectFrom('run').innerJoin('epoch', 'epoch.run', 'run.id').selectAll('run').where('state', 'in', activeStates).orderBy('epoch.number').execute();
    return rows.map(toRun);
  }

  async insert({ parameters, ...run }: Run): Promise<void> {
    await this.#database
      .insertInto('run')
      .values({ ...run, parameters: JSON.stringify(parameters) })
      .execute();
  }

  async update(id: string, { parameters, ...change }: Parameters<RunStore['update']>[1]): Promise<void> {
    await this.#database
      .updateTable('run')
      .set({ ...change, ...(parameters && { parameters: JSON.stringify(parameters) }) })
      .where('id', '=', id)
      .execute();
  }
}

function toRun({ parameters, ...row }: RunRow): Run {
  return { ...row, parameters: JSON.parse(parameters) as RunParameters };
}
