import { existsSync, writeFileSync } from 'node:fs';
import { ConsiliumError } from '../errors/consilium-error.ts';

/** Asks for a new file before anything is done that cannot be undone. @throws ConsiliumError `file-unwritable` */
export function requireNewFile(path: string): void {
  if (existsSync(path)) throw new ConsiliumError('file-unwritable', `${path} is already there.`);
}

/**
 * Writes a file that only its owner can read (0600) and that was not there before.
 * @throws ConsiliumError `file-unwritable`
 */
export function writeNewPrivateFile(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ConsiliumError('file-unwritable', code === 'EEXIST' ? `${path} is already there.` : `${path} (${code}).`, { cause });
  }
}
