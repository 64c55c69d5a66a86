import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Where `npm run setup:tfjs-node` puts the native engine: beside node_modules, which npm empties as it likes, and below
 * the package, so that the engine finds the TensorFlow.js that Consilium itself uses.
 */
export function tfjsNodeFolder(): string {
  const manifest = findPackageJSON(import.meta.url);
  if (manifest === undefined) throw new Error('package.json is missing beside the program');
  return join(dirname(manifest), 'engines', 'tfjs-node');
}
