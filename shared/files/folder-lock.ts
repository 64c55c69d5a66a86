import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConsiliumError } from '../errors/consilium-error.ts';

/**
 * Keeps a second process off a folder for as long as this one lives: an exclusive lock on an empty SQLite database, which
 * the operating system releases also after `kill -9`, and which no process number that is used again can confuse.
 *
 * @param waitMs how long it waits for the other process, and this whole process with it
 * @throws folder-locked when another process works in the folder
 */
export function lockFolder(folder: string, waitMs = 0): Disposable {
  const database = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: waitMs });
  try {
    database.exec('pragma locking_mode = exclusive; begin exclusive; commit');
  } catch (cause) {
    database.close();
    throw new ConsiliumError('folder-locked', `It is ${folder}.`, { cause });
  }
  return { [Symbol.dispose]: () => database.close() };
}
