import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { size } from '../../shared/command-line/quantities.ts';
import { headerWheel, libraryJar } from './artifacts.ts';
import { fetchHeaders } from './c-headers.ts';
import { downloaded } from './download.ts';
import { buildBinding, engineParts, installPackages, tryEngine } from './engine-build.ts';
import { unpackLibraries } from './library.ts';
import { requirePrerequisites } from './prerequisites.ts';

export interface SetupOptions {
  /** Where the engine goes; it has to lie below the repository. */
  readonly folder: string;
  /** Where downloads are kept. */
  readonly cache: string;
  readonly mavenRepository: string;
  readonly pythonIndex: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** Says from what the engine in its folder was made. */
const markFile = 'made-from.sha256';

/**
 * Downloads, builds and tries the engine beside its place, and only then puts it there: whatever fails, everything is as it was.
 * @returns whether there was anything to do
 * @throws engine-not-for-platform, build-tools-missing, artifact-unreachable, artifact-altered, engine-build-failed, cancelled
 */
export async function setUp({ folder, cache, mavenRepository, pythonIndex, env, signal, onProgress }: SetupOptions): Promise<'installed' | 'already-installed'> {
  const mark = await madeFrom();
  if ((await readFile(join(folder, markFile), 'utf8').catch(() => '')) === mark) return 'already-installed';
  requirePrerequisites(env);

  const jar = join(cache, basename(libraryJar.path));
  onProgress('Downloading TensorFlow');
  await downloaded({
    url: `${mavenRepository}/${libraryJar.path}`, file: jar, sha256: libraryJar.sha256, bytes: libraryJar.bytes, signal,
    onProgress: (bytes) => onProgress(`Downloading TensorFlow: ${size(bytes)} of ${size(libraryJar.bytes)}`),
  });
  onProgress('Downloading the C headers');
  await fetchHeaders(join(cache, 'include'), pythonIndex, signal);

  await removeLeftovers(folder);
  const staging = stagingOf(folder, process.pid);
  try {
    await mkdir(staging, { recursive: true });
    onProgress('Installing npm packages');
    await installPackages(staging, env, signal);
    onProgress('Unpacking TensorFlow');
    const parts = engineParts(staging);
    await unpackLibraries(jar, parts.library, signal);
    await cp(join(cache, 'include'), parts.headers, { recursive: true });
    onProgress('Building the binding');
    await buildBinding(staging, env, signal);
    onProgress('Training a small model with it');
    await tryEngine(staging, env, signal);
    await writeFile(join(staging, markFile), mark);
    signal.throwIfAborted();
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return 'installed';
}

/** @returns whether an engine was there */
export async function undo(folder: string): Promise<boolean> {
  await removeLeftovers(folder);
  const names = await readdir(folder).catch(() => []);
  await rm(folder, { recursive: true, force: true });
  return names.length > 0;
}

function stagingOf(folder: string, pid: number): string {
  return join(dirname(folder), `.${basename(folder)}-${pid}`);
}

/** What a set-up that was killed has left. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder)).catch(() => [])) {
    const pid = Number(name.slice(`.${basename(folder)}-`.length));
    if (name === basename(stagingOf(folder, pid)) && !isAlive(pid)) await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** One digest of all that is pinned, and of the Node for which the binding is built. */
async function madeFrom(): Promise<string> {
  const lock = await readFile(join(import.meta.dirname, 'engine-package', 'package-lock.json'));
  return createHash('sha256').update(JSON.stringify([libraryJar.sha256, headerWheel.headers, process.versions.modules])).update(lock).digest('hex');
}
