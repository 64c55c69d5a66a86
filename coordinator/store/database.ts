import { CamelCasePlugin, Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/migrations.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;

/** Opens the database in `file`, makes it when it is not there, and brings it to the newest schema. */
export async function openDatabase(file: string): Promise<Database> {
  const database = connect(file, { readOnly: false });
  const migrator = new Migrator({ db: database, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return database;
  await database.destroy();
  throw error;
}

/** A second connection that sees what is committed and never waits for a writer. */
export function openReader(file: string): Database {
  return connect(file, { readOnly: true });
}

function connect(file: string, options: { readOnly: boolean }): Database {
  return new Kysely<Schema>({ dialect: nodeSqliteDialect(file, options), plugins: [new CamelCasePlugin()] });
}
