import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurableFile } from '../../shared/files/durable-file.ts';
import { parseSettings } from '../../shared/settings/parse-settings.ts';
import { siteSettingsSchema } from '../settings.ts';
import { openSiteFolder, siteFiles } from './site-folder.ts';

/** Names a data set in `site.json`, and leaves everything else in the file as it is. @throws site-not-joined, invalid-settings */
export async function addDataSet(folder: string, name: string, path: string): Promise<void> {
  openSiteFolder(folder);
  const file = join(folder, siteFiles.settings);
  const settings = JSON.parse(await readFile(file, 'utf8')) as { dataSets?: Record<string, unknown> };
  const text = `${JSON.stringify({ ...settings, dataSets: { ...settings.dataSets, [name]: { path } } }, undefined, 2)}\n`;
  parseSettings(siteSettingsSchema, siteFiles.settings, text);
  await writeDurableFile(file, text);
}
