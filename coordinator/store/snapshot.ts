import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { flushFolder } from '../../shared/files/durable-file.ts';

/**
 * Writes what a database holds at this moment into a new private file (0600), flushed; whoever writes to the database goes
 * on meanwhile.
 */
export async function writeSnapshot(databaseFile: string, file: string): Promise<void> {
  await using target = await open(file, 'wx', 0o600); // VACUUM INTO takes an empty file as a new one, and keeps its mode
  const database = new DatabaseSync(databaseFile, { readOnly: true, timeout: 5000 });
  try {
    database.prepare('vacuum into ?').run(file);
  } finally {
    database.close();
  }
  await target.sync();
  await flushFolder(dirname(file));
}

/** Has SQLite look through a whole database that nobody uses. @throws ConsiliumError `database-damaged` */
export function checkDatabase(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const found = [...database.prepare('pragma integrity_check').all(), ...database.prepare('pragma foreign_key_check').all()];
    const [first] = found;
    if (found.length !== 1 || first?.['integrity_check'] !== 'ok') throw new ConsiliumError('database-damaged', `SQLite finds: ${JSON.stringify(first)}.`);
  } catch (cause) {
    if (cause instanceof ConsiliumError) throw cause;
    throw new ConsiliumError('database-damaged', 'SQLite cannot read it.', { cause });
  } finally {
    database.close();
  }
}
