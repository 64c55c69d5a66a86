import { spawn } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { environmentFolder, isInstalled, peerScripts } from './peer-environments.ts';
import { peerLine, type PeerLine } from './peer-figures.ts';

interface PeerScript {
  readonly script: string;
  readonly options: readonly string[];
  readonly environment: 'flower' | 'nvflare';
  /** Cases that it is able to do on a machine of the size of its README. */
  readonly cases: readonly string[];
}

const scripts: readonly PeerScript[] = [
  { script: 'flower.sh', options: [], environment: 'flower', cases: ['tiny', 'mobile', 'large'] },
  { script: 'nvflare.sh', options: [], environment: 'nvflare', cases: ['tiny', 'mobile', 'large'] },
  { script: 'nvflare.sh', options: ['--he'], environment: 'nvflare', cases: ['tiny', 'mobile'] },
  { script: 'limits.sh', options: [], environment: 'nvflare', cases: ['tiny', 'mobile', 'large'] },
];

/** Runs the peers on a case, one at a time, on this machine. Those that are not installed, and those that fail, are left out, and it is said. */
export async function runPeers(work: string, { signal, onProgress }: { signal: AbortSignal; onProgress: (text: string) => void }): Promise<PeerLine[]> {
  if (!existsSync(peerScripts)) return [];
  using scratch = temporaryFolder();
  const folder = join(scratch.path, 'peers');
  cpSync(peerScripts, folder, { recursive: true }); // Python writes beside its scripts
  const lines: PeerLine[] = [];
  for (const { script, options, environment, cases } of scripts) {
    if (!cases.includes(work)) continue;
    if (!isInstalled(environment)) {
      onProgress(`${environment} is not installed; npm run bench:peers-setup installs it.`);
      continue;
    }
    onProgress(`${work}: ${[script, ...options].join(' ')}`);
    const printed = await runScript(join(folder, script), [...options, work], { VENV: environmentFolder(environment), SCRATCH: scratch.path }, signal);
    for (const { peer, ...line } of printed.filter(({ ok }) => ok === false)) onProgress(`${peer} failed and is left out: ${JSON.stringify(line)}`);
    lines.push(...printed.filter(({ ok }) => ok !== false));
  }
  return lines;
}

async function runScript(file: string, args: readonly string[], variables: Record<string, string>, signal: AbortSignal): Promise<PeerLine[]> {
  signal.throwIfAborted();
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true, env: { ...process.env, ...variables } });
  const endGroup = () => process.kill(-child.pid!, 'SIGINT'); // as Ctrl-C would: the harness ends what it started
  signal.addEventListener('abort', endGroup, { once: true });
  const printed = await text(child.stdout);
  signal.removeEventListener('abort', endGroup);
  signal.throwIfAborted();
  return printed.split('\n').filter((line) => line.startsWith('{')).map((line) => peerLine.parse(JSON.parse(line)));
}
