import type { PooledEvaluation } from '../../shared/evaluation/pooled-evaluation.ts';
import type { ModelVersion, ModelVersionStore } from '../model-versions/model-version.ts';
import type { Database } from './database.ts';
import type { ModelVersionRow } from './schema.ts';

export class ModelVersionTable implements ModelVersionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(digest: string): Promise<ModelVersion | undefined> {
    const row = await this.#database.selectFrom('modelVersion').selectAll().where('digest', '=', digest).executeTakeFirst();
    return row && toVersion(row);
  }

  async list(run: string): Promise<ModelVersion[]> {
    const rows = await this.#database.selectFrom('modelVersion').selectAll().where('run', '=', run).orderBy('number').execute();
    return rows.map(toVersion);
  }

  async newest(run: string): Promise<ModelVersion | undefined> {
    const row = await this.#database.selectFrom('modelVersion').selectAll().where('run', '=', run).orderBy('number', 'desc').limit(1).executeTakeFirst();
    return row && toVersion(row);
  }

  async insert(version: ModelVersion): Promise<void> {
    const { digest, run, number } = version;
    await this.#database
      .insertInto('modelVersion')
      .values({ digest, run, number, version: JSON.stringify(version) })
      .execute();
  }

  async evaluation(digest: string): Promise<PooledEvaluation | undefined> {
    const row = await this.#database.selectFrom('evaluation').select('evaluation').where('modelVersion', '=', digest).executeTakeFirst();
    return row && (JSON.parse(row.evaluation) as PooledEvaluation);
  }

  async setEvaluation(digest: string, round: string, evaluation: PooledEvaluation): Promise<void> {
    await this.#database
      .insertInto('evaluation')
      .values({ modelVersion: digest, round, evaluation: JSON.stringify(evaluation) })
      .execute();
  }
}

function toVersion(row: ModelVersionRow): ModelVersion {
  return JSON.parse(row.version) as ModelVersion;
}
