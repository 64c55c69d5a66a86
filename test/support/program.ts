import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** The line of JSON with which it said that it is at work. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** Stops it as it is, between two instructions. */
  freeze(): void;
  thaw(): void;
  /** Ends it between two instructions, for good. */
  kill(): Promise<void>;
}

/** Starts a command of bin/ that goes on until the end of the scope, as a process of its own, and waits until it is at work. */
export async function startProgram(name: 'consilium-coordinator' | 'consilium-site', args: readonly string[], logFile: string): Promise<Program> {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin', `${name}.ts`), ...args, '--json'], { stdio: ['ignore', 'pipe', log] });
  closeSync(log);
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface(child.stdout as Readable), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`${name} ended with ${String(code)}; its log is ${logFile}.`))),
  ])) as [string];
  return {
    pid: child.pid as number,
    ready: JSON.parse(line) as Record<string, unknown>,
    ended: exited.then(([code]) => code as number | null),
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
