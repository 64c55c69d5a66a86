import { readFile } from 'node:fs/promises';
import { ConsiliumError } from '../errors/consilium-error.ts';

/** The bytes of a file that a person named. @throws ConsiliumError `file-unreadable` */
export async function readInputFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new ConsiliumError('file-unreadable', `${path} (${(cause as NodeJS.ErrnoException).code}).`, { cause });
  }
}
