/** Installs the peers that `npm run bench -- --peers run` measures, each in a virtual environment of its own in the user's cache folder. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentFolder, isInstalled, peerEnvironments } from './peer-environments.ts';

/** tenseal 0.3.15 has wheels for these. */
const pythons = ['python3.11', 'python3.12', 'python3.10', 'python3'];
const fits = 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))';

const python = pythons.find((name) => spawnSync(name, ['-c', fits]).status === 0);
if (python === undefined) {
  console.error('No Python 3.10, 3.11 or 3.12 was found. Install one, with its venv module.');
  process.exit(1);
}
for (const { name, packages } of peerEnvironments) {
  const folder = environmentFolder(name);
  if (isInstalled(name)) {
    console.log(`${name} is in ${folder}.`);
    continue;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  run(python, ['-m', 'venv', folder]);
  run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  writeFileSync(join(folder, 'installed'), `${packages.join('\n')}\n`);
  console.log(`${name} is installed in ${folder}.`);
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')} ended with ${status}.`);
}
