import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

/** As much of what a program wrote as tells why it failed. */
const lastWordsLength = 3000;

/**
 * Runs a program to its end, and with it, when the signal aborts, everything that it started.
 * @throws engine-build-failed with the end of what it wrote
 */
export async function runToEnd(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal }): Promise<void> {
  const { cwd, env, signal } = options;
  signal.throwIfAborted();
  // A process group of its own: node-gyp starts make, and make the compiler.
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-lastWordsLength)));
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  signal.addEventListener('abort', end);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (signal.aborted) throw signal.reason;
    if (code !== 0) throw new ConsiliumError('engine-build-failed', `${[command, ...args].join(' ')} ended with ${code}:\n${words.trim()}`);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
