import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { siteFiles } from '../identity/site-folder.ts';
import { ok, wrong, type Finding } from './finding.ts';

const step = 'folder';
const keyFiles = [siteFiles.tlsKey, siteFiles.signingKey, siteFiles.agreementKey];

/** Whether the folder is whole and its keys are private. Windows has no permission bits to look at. */
export function checkFolder(folder: string): Finding {
  const missing = Object.values(siteFiles).filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0) {
    return wrong(step, `${folder} lacks ${missing.join(', ')}.`, 'Name the folder that consilium-site join made; if it is damaged, ask the operator for a new bundle and join again in an empty folder.');
  }
  const open = process.platform === 'win32' ? [] : ['.', ...keyFiles].map((file) => join(folder, file)).filter(othersMayRead);
  if (open.length > 0) return wrong(step, `Other users of this machine may read ${open.join(', ')}.`, `Run: chmod -R go-rwx ${folder}`);
  return ok(step, `${folder} is whole and only its owner can read it.`);
}

function othersMayRead(path: string): boolean {
  return (statSync(path).mode & 0o077) !== 0;
}
