import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SiteSettings } from '../settings.ts';
import { ok, warning, wrong, type Finding } from './finding.ts';

const next = 'Correct the path in site.json, or let the user that runs the site read the file.';

/** Whether the file of each data set is there and can be read. Nothing of its content is looked at. */
export async function checkDataSets(folder: string, dataSets: SiteSettings['dataSets']): Promise<Finding[]> {
  const named = Object.entries(dataSets);
  if (named.length === 0) return [warning('data sets', 'No data set is named.', 'Name the file of each data set in site.json, under dataSets.')];
  return Promise.all(named.map(([name, { path }]) => checkFile(`data set ${name}`, resolve(folder, path))));
}

async function checkFile(step: string, file: string): Promise<Finding> {
  try {
    await access(file, constants.R_OK);
    const { size } = await stat(file);
    if (size === 0) return wrong(step, `${file} is empty.`, next);
    return ok(step, `${file} can be read.`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return wrong(step, code === 'ENOENT' ? `${file} is not there.` : `${file} cannot be read (${code}).`, next);
  }
}
