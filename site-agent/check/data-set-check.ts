import { resolve } from 'node:path';
import { dataFileProblem } from '../data/data-file.ts';
import type { SiteSettings } from '../settings.ts';
import { ok, warning, wrong, type Finding } from './finding.ts';

/** Whether the file of each data set is there and can be read. Nothing of its content is looked at. */
export async function checkDataSets(folder: string, dataSets: SiteSettings['dataSets']): Promise<Finding[]> {
  const named = Object.entries(dataSets);
  if (named.length === 0) return [warning('data sets', 'No data set is named.', `Name the file of each data set with: consilium-site data add ${folder} NAME FILE`)];
  return Promise.all(named.map(([name, { path }]) => checkFile(`data set ${name}`, resolve(folder, path))));
}

async function checkFile(step: string, file: string): Promise<Finding> {
  const problem = await dataFileProblem(file);
  if (problem === undefined) return ok(step, `${file} can be read. Its contents are checked with --plan.`);
  return wrong(step, problem, 'Correct the path in site.json, or let the user that runs the site read the file.');
}
