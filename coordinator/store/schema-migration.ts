import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { isoTime, systemClock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { flushFolder, namesIfThere } from '../../shared/files/durable-file.ts';
import type { Schema } from './schema.ts';
import { writeSnapshot } from './snapshot.ts';

/** Copies of the database from before migrations that are kept. */
const keptCopies = 5;

/**
 * Brings a database to the newest schema: all of it in one transaction, and after a copy was made into `backups/` beside
 * it, unless it is new.
 *
 * @throws ConsiliumError `database-newer` when a newer version of the program wrote it, `migration-failed`: it is as it was
 */
export async function migrate(database: Kysely<Schema>, file: string, migrations: Readonly<Record<string, Migration>>): Promise<void> {
  const applied = await appliedMigrations(database);
  const unknown = applied.filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) throw new ConsiliumError('database-newer', `This version does not know ${unknown.join(', ')}.`);
  if (applied.length === Object.keys(migrations).length) return;
  const copy = applied.length > 0 ? await copyBefore(file, applied.at(-1) as string) : undefined;
  const { error, results } = await new Migrator({ db: database, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } }).migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName ?? 'its schema';
  throw new ConsiliumError('migration-failed', `It was ${failed}.${copy === undefined ? '' : ` A copy is ${copy}.`}`, { cause: error });
}

/** In the order in which they were applied; none in a new database. */
async function appliedMigrations(database: Kysely<Schema>): Promise<string[]> {
  const tables = await sql`select name from sqlite_master where name = 'kysely_migration'`.execute(database);
  if (tables.rows.length === 0) return [];
  return (await sql<{ name: string }>`select name from kysely_migration order by name`.execute(database)).rows.map(({ name }) => name);
}

/** Named by the schema that it has and the time; the oldest ones go. */
async function copyBefore(file: string, schema: string): Promise<string> {
  const folder = join(dirname(file), 'backups');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const copy = join(folder, `${isoTime(systemClock).replaceAll(/[-:]/g, '')}-${schema}.sqlite`);
  await writeSnapshot(file, copy);
  for (const name of namesIfThere(folder).slice(0, -keptCopies)) await rm(join(folder, name));
  await flushFolder(folder);
  return copy;
}
