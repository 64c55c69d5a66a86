import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loosePaths } from '../../shared/files/owner-only.ts';
import { privatePaths, siteFiles } from '../identity/site-folder.ts';
import { ok, problemText, wrong, type Finding } from './finding.ts';

const step = 'folder';

/** Whether the folder is whole and its keys are private. */
export function checkFolder(folder: string): Finding {
  const missing = Object.values(siteFiles).filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0) {
    return wrong(step, `${folder} lacks ${missing.join(', ')}.`, 'Name the folder that consilium-site join made; if it is damaged, ask the operator for a new bundle and join again in an empty folder.');
  }
  const loose = loosePaths(privatePaths(folder));
  if (loose.length > 0) return wrong(step, loose.map(problemText).join(' '), 'Run the commands above; the agent does not start before.');
  return ok(step, `${folder} is whole and only its owner can read it.`);
}
