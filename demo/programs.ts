import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';

/** A command of `bin/`, and the name of its log. */
export interface ProgramCommand {
  readonly name: string;
  readonly program: 'consilium' | 'consilium-coordinator' | 'consilium-site';
  readonly arguments: readonly string[];
}

const gracefulEndMs = 10_000;
const lastLogLines = 5;

/**
 * The real commands, each an operating-system process in a process group of its own, so that Ctrl-C does not reach it
 * past the demonstration. All end with the scope; bin/pinned-node.ts ends them also when this process is killed.
 */
export class Programs implements AsyncDisposable {
  readonly #logFolder: string;
  readonly #alive = new Set<ChildProcess>();
  readonly #over = new AbortController();
  /** Aborted by the interruption, and when a program fails or ends by itself; the reason says which. */
  readonly signal: AbortSignal;

  constructor(logFolder: string, interruption: AbortSignal) {
    this.#logFolder = logFolder;
    this.signal = AbortSignal.any([interruption, this.#over.signal]);
  }

  logFile(name: string): string {
    return join(this.#logFolder, `${name}.log`);
  }

  /** Runs a command to its end. @throws ConsiliumError `program-ended` when it fails */
  async run(command: ProgramCommand): Promise<void> {
    const child = await this.#start(command);
    child.stdout?.resume();
    const [code] = await once(child, 'exit', { signal: this.signal });
    if (code !== 0) throw await this.#fail(command, code as number);
  }

  /** Starts a command that goes on until the end of the scope. `ready` is the JSON that it prints when it is at work. */
  async serve(command: ProgramCommand): Promise<{ pid: number; ready: unknown }> {
    const child = await this.#start(command);
    child.once('exit', (code) => {
      if (!this.#over.signal.aborted) void this.#fail(command, code);
    });
    const [line] = await once(createInterface(child.stdout!), 'line', { signal: this.signal });
    return { pid: child.pid!, ready: JSON.parse(line as string) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new ConsiliumError('cancelled'));
    await Promise.all([...this.#alive].map(end));
  }

  async #start({ name, program, arguments: rest }: ProgramCommand): Promise<ChildProcess> {
    await using log = await open(this.logFile(name), 'a', 0o600);
    this.signal.throwIfAborted();
    const file = fileURLToPath(new URL(`../bin/${program}.ts`, import.meta.url));
    const child = spawn(process.execPath, [file, ...rest, '--json'], {
      detached: true,
      stdio: ['ignore', 'pipe', log.fd, 'ipc'],
      env: { ...process.env, CONSILIUM_LAUNCHER: String(process.pid) },
    });
    this.#alive.add(child);
    child.once('exit', () => this.#alive.delete(child));
    await once(child, 'spawn');
    return child;
  }

  /** @param code null when a signal ended it */
  async #fail({ name, program }: ProgramCommand, code: number | null): Promise<ConsiliumError> {
    const log = this.logFile(name);
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-lastLogLines);
    const how = code === null ? 'was killed' : `ended with exit code ${code}`;
    const error = new ConsiliumError('program-ended', `It is ${program} of ${name}, which ${how}; its log is ${log}.`, {
      problems: lines.map((message) => ({ path: basename(log), message })),
    });
    this.#over.abort(error);
    return error;
  }
}

/** Asks the program to end, and after a while ends its whole group. */
async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const waiting = new AbortController();
  const inTime = await Promise.race([ended, setTimeout(gracefulEndMs, undefined, { signal: waiting.signal })]);
  waiting.abort();
  if (inTime === undefined) killGroup(child.pid!);
  await ended;
}

function killGroup(pid: number): void {
  if (process.platform === 'win32') process.kill(pid, 'SIGKILL');
  else process.kill(-pid, 'SIGKILL');
}
