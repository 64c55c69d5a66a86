import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { FolderContents } from '../../shared/files/private-folder.ts';

/** Below a site's folder. */
const agreement = join('state', 'agreement');

/**
 * What a site remembers for ever: which sums it signed, and over which sites statistics were opened. It is about studies and
 * their models, not about the site's keys: a site that is set up anew with other keys has to know it as well, or it could sign a
 * second sum over nearly the same sites.
 */
export function lastingMemoryOf(siteFolder: string): FolderContents {
  if (!existsSync(join(siteFolder, agreement))) return {};
  const entries = readdirSync(join(siteFolder, agreement), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json')).map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(files.sort().map((file) => [relative(siteFolder, file).split(sep).join('/'), readFileSync(file)]));
}
