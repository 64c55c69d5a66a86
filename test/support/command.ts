import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface CommandOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the commands of bin/ as its own process, to its end. */
export async function runCommand(name: 'consilium' | 'consilium-coordinator' | 'consilium-site', args: readonly string[], env: Record<string, string> = {}): Promise<CommandOutcome> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin', `${name}.ts`), ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, stdout, stderr };
}
