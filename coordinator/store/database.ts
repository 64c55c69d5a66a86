import { CamelCasePlugin, Kysely, type Dialect } from 'kysely';
import type { Migration } from 'kysely/migration';
import { migrations as allMigrations } from './migrations/migrations.ts';
import { openSqlite, type SqliteOptions } from './node-sqlite.ts';
import { migrate } from './schema-migration.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;

export interface OpenedDatabase {
  readonly database: Database;
  /** Another number after every commit of another connection. */
  dataVersion(): number;
}

export interface WriterOptions {
  readonly migrations?: Readonly<Record<string, Migration>>;
  /** Told of the tables that a transaction has written, at once when it is over. */
  readonly onWritten?: SqliteOptions['onWritten'];
}

/** Opens the database in `file`, makes it when it is not there, and brings it to the newest schema. @throws what `migrate` throws */
export async function openDatabase(file: string, { migrations = allMigrations, onWritten }: WriterOptions = {}): Promise<OpenedDatabase> {
  const { dialect, dataVersion } = openSqlite(file, { readOnly: false, ...(onWritten && { onWritten }) });
  const database = kysely(dialect);
  try {
    await migrate(database, file, migrations);
    return { database, dataVersion };
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

/** A second connection that sees what is committed and never waits for a writer. @param onRead told of the tables that a query has read */
export function openReader(file: string, onRead?: SqliteOptions['onRead']): Database {
  return kysely(openSqlite(file, { readOnly: true, ...(onRead && { onRead }) }).dialect);
}

function kysely(dialect: Dialect): Database {
  return new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] });
}
