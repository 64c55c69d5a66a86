import { CamelCasePlugin, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { migrations as allMigrations } from './migrations/migrations.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import { migrate } from './schema-migration.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;

/** Opens the database in `file`, makes it when it is not there, and brings it to the newest schema. @throws what `migrate` throws */
export async function openDatabase(file: string, migrations: Readonly<Record<string, Migration>> = allMigrations): Promise<Database> {
  const database = connect(file, { readOnly: false });
  try {
    await migrate(database, file, migrations);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

/** A second connection that sees what is committed and never waits for a writer. */
export function openReader(file: string): Database {
  return connect(file, { readOnly: true });
}

function connect(file: string, options: { readOnly: boolean }): Database {
  return new Kysely<Schema>({ dialect: nodeSqliteDialect(file, options), plugins: [new CamelCasePlugin()] });
}
