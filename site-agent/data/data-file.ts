import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

/**
 * Why a file cannot be a data set, as a sentence; undefined when it is there, can be read and is not empty.
 * Nothing of its content is looked at.
 */
export async function dataFileProblem(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return `${file} is not a file.`;
    await access(file, constants.R_OK);
    return found.size === 0 ? `${file} is empty.` : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? `${file} is not there.` : `${file} cannot be read (${code}).`;
  }
}
