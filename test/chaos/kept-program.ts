import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

export interface KeptProgramSettings {
  readonly args: readonly string[];
  readonly logFile: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Called each time that it says that it is at work, with the line of JSON in which it does. */
  readonly onReady: (ready: Readonly<Record<string, unknown>>) => void;
}

/** How long a service manager waits before it starts a program again that ended. */
const restartMs = 100;
const stopPatienceMs = 20_000;

/** A coordinator or an agent as a process of its own, which is started again whenever it ends, as by a service manager. */
export class KeptProgram implements AsyncDisposable {
  readonly #settings: KeptProgramSettings;
  #child: ChildProcess | undefined;
  #isKilled = false;
  #isStopping = false;
  #isReady = false;
  #pauseMs = restartMs;
  readonly #kept: Promise<void>;
  /** How often it ended without being killed, by how it ended. */
  readonly ownEnds: string[] = [];

  readonly #killWithHarness = () => this.#child?.kill('SIGKILL');

  constructor(settings: KeptProgramSettings) {
    this.#settings = settings;
    process.once('exit', this.#killWithHarness);
    this.#kept = this.#keep();
  }

  /** Of the process; nothing while it is down. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether its present process is at work. */
  get isReady(): boolean {
    return this.#isReady && !this.#isKilled;
  }

  /** Kills it with SIGKILL. @returns false when it was down already */
  kill(pauseMs = restartMs): boolean {
    if (this.#child === undefined || this.#isKilled) return false;
    this.#pauseMs = pauseMs;
    this.#isKilled = true;
    return this.#child.kill('SIGKILL');
  }

  /** Ends it for good, with SIGTERM. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#child?.kill('SIGTERM');
    const stubborn = new AbortController();
    const kill = setTimeout(stopPatienceMs, undefined, { signal: stubborn.signal }).then(() => this.#child?.kill('SIGKILL'), () => undefined);
    await this.#kept;
    process.off('exit', this.#killWithHarness);
    stubborn.abort();
    await kill;
  }

  async #keep(): Promise<void> {
    while (!this.#isStopping) {
      await this.#runOnce();
      if (!this.#isStopping) await setTimeout(this.#pauseMs);
      this.#pauseMs = restartMs;
    }
  }

  async #runOnce(): Promise<void> {
    const { args, logFile, environment, onReady } = this.#settings;
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'program.ts'), ...args, '--json'], { stdio: ['ignore', 'pipe', log], env: { ...process.env, ...environment } });
    closeSync(log);
    this.#isKilled = false;
    this.#child = child;
    createInterface(child.stdout as Readable).once('line', (line) => {
      this.#isReady = true;
      onReady(JSON.parse(line) as Record<string, unknown>);
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    this.#child = undefined;
    this.#isReady = false;
    if (!this.#isKilled && !this.#isStopping) this.ownEnds.push(signal ?? `exit code ${code}`);
  }
}
