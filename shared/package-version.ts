import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version in package.json, from the sources and from the built package alike. */
export function packageVersion(): string {
  const manifest = findPackageJSON(import.meta.url);
  if (manifest === undefined) throw new Error('package.json is missing beside the program');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
