import { CamelCasePlugin, Kysely, type Dialect } from 'kysely';
import type { Migration } from 'kysely/migration';
import { migrations as allMigrations } from './migrations/migrations.ts';
import { openSqlite } from './node-sqlite.ts';
import { migrate } from './schema-migration.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;

/** Opens the database in `file`, makes it when it is not there, and brings it to the newest schema. @throws what `migrate` throws */
export async function openDatabase(file: string, migrations: Readonly<Record<string, Migration>> = allMigrations): Promise<Database> {
  const database = kysely(openSqlite(file, { readOnly: false }).dialect);
  try {
    await migrate(database, file, migrations);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

export interface Reader {
  readonly database: Database;
  /** Another number after every commit. */
  dataVersion(): number;
}

/** A second connection that sees what is committed and never waits for a writer. */
export function openReader(file: string): Reader {
  const { dialect, dataVersion } = openSqlite(file, { readOnly: true });
  return { database: kysely(dialect), dataVersion };
}

function kysely(dialect: Dialect): Database {
  return new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] });
}
