import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { writeDurableFile } from '../../shared/files/durable-file.ts';
import { parseSettings, parseSettingsJson } from '../../shared/settings/parse-settings.ts';
import { dataFileProblem } from '../data/data-file.ts';
import { dataSetNameSchema, siteSettingsSchema } from '../settings.ts';
import { openSiteFolder, siteFiles } from './site-folder.ts';

/**
 * Names a data set in `site.json`, and leaves everything else in the file as it is.
 *
 * @param path a relative one starts at the site's folder
 * @returns the absolute path
 * @throws ConsiliumError `site-not-joined`, `invalid-settings`, `invalid-request` for a bad name, `data-unreadable`
 */
export async function addDataSet(folder: string, name: string, path: string): Promise<string> {
  openSiteFolder(folder);
  if (!dataSetNameSchema.safeParse(name).success) throw new ConsiliumError('invalid-request', 'The name of a data set has 1 to 63 lower-case letters, digits and hyphens, and does not begin with a hyphen.');
  const dataFile = resolve(folder, path);
  const problem = await dataFileProblem(dataFile);
  if (problem !== undefined) throw new ConsiliumError('data-unreadable', isAbsolute(path) ? problem : `${problem} A relative path starts at the site's folder.`);

  const file = join(folder, siteFiles.settings);
  const settings = parseSettingsJson(siteFiles.settings, await readFile(file, 'utf8')) as { dataSets?: Record<string, unknown> };
  const text = `${JSON.stringify({ ...settings, dataSets: { ...settings.dataSets, [name]: { path } } }, undefined, 2)}\n`;
  parseSettings(siteSettingsSchema, siteFiles.settings, text);
  await writeDurableFile(file, text);
  return dataFile;
}
