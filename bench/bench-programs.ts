import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { rejection } from './rejection.ts';

export interface BenchProgram {
  readonly name: string;
  readonly pid: number;
  /** What it printed when it was at work. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** The next line that it prints. @throws what the signal was aborted with */
  next(): Promise<string>;
}

const gracefulEndMs = 20_000;
const root = join(import.meta.dirname, '..');

/** The processes of a measured federation. They end with the scope, and, through bin/pinned-node.ts, when this process is killed. */
export class BenchPrograms implements AsyncDisposable {
  readonly #logs: string;
  readonly #profiles: string | undefined;
  readonly #running = new Map<string, { child: ChildProcess; exited: Promise<unknown> }>();
  readonly #over = new AbortController();
  /** Aborted when a process ends by itself; the reason says which. */
  readonly signal: AbortSignal;

  /** @param profiles folder for a CPU profile of each process that is asked to leave one */
  constructor(logs: string, interruption: AbortSignal, profiles?: string) {
    this.#logs = logs;
    this.#profiles = profiles;
    this.signal = AbortSignal.any([interruption, this.#over.signal]);
  }

  /** @param file below the repository @param profiled whether it leaves a CPU profile when it ends, where profiles are wanted */
  async start(name: string, file: string, args: readonly string[], { profiled = false } = {}): Promise<BenchProgram> {
    this.signal.throwIfAborted();
    const profiling = profiled && this.#profiles ? ['--cpu-prof', '--cpu-prof-dir', this.#profiles, '--cpu-prof-name', `${name}.cpuprofile`] : [];
    const log = openSync(this.#logFile(name), 'a', 0o600);
    const child = spawn(process.execPath, [...profiling, join(root, file), ...args], {
      detached: true, // Ctrl-C does not reach it past this process
      stdio: ['ignore', 'pipe', log, 'ipc'],
      env: { ...process.env, CONSILIUM_LAUNCHER: String(process.pid) },
    });
    closeSync(log);
    const exited = once(child, 'exit');
    this.#running.set(name, { child, exited });
    void exited.then(([code, killedBy]) => {
      if (this.#running.get(name)?.child === child) this.#over.abort(new Error(`${name} ended with ${String(code ?? killedBy)}: ${this.#lastWords(name)}`));
    });
    const lines = createInterface(child.stdout as Readable)[Symbol.asyncIterator]();
    const next = async () => {
      const { value, done } = await Promise.race([lines.next(), rejection(this.signal)]);
      if (done) await rejection(this.signal); // its end is about to be noticed
      return value as string;
    };
    return { name, pid: child.pid as number, ready: JSON.parse(await next()) as Record<string, unknown>, next };
  }

  async end(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (!running) return;
    this.#running.delete(name);
    running.child.kill('SIGTERM');
    const waiting = new AbortController();
    const inTime = await Promise.race([running.exited, setTimeout(gracefulEndMs, undefined, { signal: waiting.signal }).catch(() => undefined)]);
    waiting.abort();
    if (inTime === undefined) process.kill(-running.child.pid!, 'SIGKILL');
    await running.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.end(name)));
  }

  #logFile(name: string): string {
    return join(this.#logs, `${name}.log`);
  }

  #lastWords(name: string): string {
    return readFileSync(this.#logFile(name), 'utf8').trimEnd().split('\n').slice(-3).join('\n');
  }
}
