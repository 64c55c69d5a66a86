import { spawnSync } from 'node:child_process';
import { chmod, cp, glob, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Builds dist/, which the package and the container ship: JavaScript for everything that runs, and the protocol.
 * It is built beside the old one and takes its place at the end, so that a failed build changes nothing.
 */
const repository = join(import.meta.dirname, '..');
const dist = join(repository, 'dist');
const building = await mkdtemp(join(repository, 'node_modules', '.dist-'));

try {
  compile(building);
  for await (const file of glob('**/*.js', { cwd: building })) await nameBuiltFiles(join(building, file));
  for await (const file of glob('bin/consilium*.js', { cwd: building })) await chmod(join(building, file), 0o755);
  await cp(join(repository, 'proto'), join(building, 'proto'), { recursive: true });

  await chmod(building, 0o755);
  await rm(dist, { recursive: true, force: true });
  await rename(building, dist);
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof Error ? error.message : error);
} finally {
  await rm(building, { recursive: true, force: true });
}

function compile(folder: string): void {
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '--project', 'tsconfig.build.json', '--outDir', folder], { cwd: repository, stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed at the errors above; dist/ is as it was.');
}

/**
 * The compiler renames `.ts` in imports only. The other way in which the sources name a file, for a process
 * or a worker, is `new URL('./file.ts', import.meta.url)`; any other name that ends in `.ts` would break in the package.
 */
async function nameBuiltFiles(file: string): Promise<void> {
  const source = await readFile(file, 'utf8');
  const built = source.replaceAll(/(new URL\(\s*(['"])\.{1,2}\/[^'"]+)\.ts(\2,\s*import\.meta\.url)/g, '$1.js$3');
  const forgotten = /^(?!\s*(?:\*|\/[*\/])).*(['"`][^'"`\s]+\.ts['"`])/m.exec(built);
  if (forgotten) throw new Error(`${file} names ${forgotten[1]}, which is not there once built. Name it with new URL(..., import.meta.url).`);
  if (built !== source) await writeFile(file, built);
}
