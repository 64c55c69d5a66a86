/**
 * Generates what is not written by hand. With --check, fails when what is there is not current.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generateWebAssemblyKernels } from './webassembly-kernels.ts';
import { generateWireTypes } from './wire-types.ts';

const root = resolve(import.meta.dirname, '../..');
const generators: Readonly<Record<string, (folder: string) => void>> = {
  'shared/wire/generated': generateWireTypes,
  'site-agent/encryption/generated': generateWebAssemblyKernels,
};

for (const [folder, generate] of Object.entries(generators)) {
  if (process.argv.includes('--check')) check(folder, generate);
  else {
    rmSync(join(root, folder), { recursive: true, force: true });
    generate(join(root, folder));
  }
}

function check(name: string, generate: (folder: string) => void): void {
  const folder = join(root, name);
  const made = mkdtempSync(join(tmpdir(), 'consilium-generated-'));
  try {
    generate(made);
    const different = [...new Set([...filesIn(made), ...filesIn(folder)])].filter((file) => read(join(made, file)) !== read(join(folder, file)));
    if (different.length > 0) {
      console.error(`Not current in ${name}: ${different.join(', ')}\nRun: npm run generate`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function filesIn(folder: string): string[] {
  return globSync('**/*.ts', { cwd: folder });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
