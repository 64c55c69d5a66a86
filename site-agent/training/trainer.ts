import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { FromTrainer, ToTrainer, TrainerCall, TrainerFailure, TrainerResults } from './trainer-messages.ts';
import type { EngineDescription, EngineName } from './training-engine.ts';
import type { PredictionRequest, StepTime, TrainingJob, TrainingProgress, TrainingRequest, TrainingResult } from './training-job.ts';

/** Trains and predicts in a process of its own. Calls wait for each other. */
export interface Trainer extends AsyncDisposable {
  readonly engine: EngineDescription;
  /** Hands over the model and the data that the next calls work on; replaces what was there. */
  prepare(job: TrainingJob): Promise<void>;
  /** How long a step of the job takes; what it trains is thrown away. */
  time(): Promise<StepTime>;
  /** Fails with `training-failed` when training diverges, `cancelled` when the signal aborts between two steps, `trainer-ended` when the process dies. */
  train(request: TrainingRequest & { onProgress?: (progress: TrainingProgress) => void; signal?: AbortSignal }): Promise<TrainingResult>;
  /** The model's outputs, one array for each target, count x width. */
  predict(request: PredictionRequest): Promise<Float32Array[]>;
}

/** The last of what the process wrote to stderr is kept this far, for the log when it dies. */
const lastWordsLength = 2000;

/**
 * Starts a trainer with the engine asked for. `signal` kills its process, whatever it is doing; calls that are under
 * way then fail with `cancelled`. Fails with `engine-unavailable` when the engine does not load.
 * @param threads for an engine that uses several; without it, as many as the machine has
 */
export async function startTrainer(options: { engine: EngineName; threads?: number; signal?: AbortSignal; log?: (line: string) => void }): Promise<Trainer> {
  if (options.signal?.aborted) throw new ConsiliumError('cancelled');
  const trainer = new TrainerProcess(options.log ?? (() => undefined), options.signal);
  try {
    const engine = await trainer.call({ kind: 'start', engine: options.engine, threads: options.threads });
    return {
      engine,
      prepare: (job) => trainer.call({ kind: 'prepare', job }),
      time: () => trainer.call({ kind: 'time' }),
      train: ({ onProgress, signal, ...request }) => trainer.call({ kind: 'train', request }, { onProgress, signal }),
      predict: (request) => trainer.call({ kind: 'predict', request }),
      [Symbol.asyncDispose]: () => trainer.end(),
    };
  } catch (error) {
    await trainer.end();
    throw error;
  }
}

interface PendingCall {
  resolve(result: unknown): void;
  reject(error: ConsiliumError): void;
  onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

/** The agent's side of the process: numbers the calls and matches the answers to them. */
class TrainerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #log: (line: string) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #pending = new Map<number, PendingCall>();
  readonly #kill = () => this.#child.kill('SIGKILL');
  #calls = 0;
  #lastWords = '';

  constructor(log: (line: string) => void, signal: AbortSignal | undefined) {
    this.#log = log;
    this.#signal = signal;
    this.#child = fork(new URL('./trainer-process.ts', import.meta.url), {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.on('message', (message: FromTrainer) => this.#receive(message));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-lastWordsLength);
    });
    this.#exited = once(this.#child, 'close').then(
      ([code, killedBy]) => this.#failPending(killedBy ?? `exit code ${code}`),
      (error: Error) => this.#failPending(error.message),
    );
    signal?.addEventListener('abort', this.#kill);
  }

  call<Kind extends TrainerCall['kind']>(
    call: Extract<TrainerCall, { kind: Kind }>,
    options: { onProgress?: PendingCall['onProgress']; signal?: AbortSignal | undefined } = {},
  ): Promise<TrainerResults[Kind]> {
    if (options.signal?.aborted) return Promise.reject(new ConsiliumError('cancelled'));
    const number = (this.#calls += 1);
    const { promise, resolve, reject } = Promise.withResolvers<TrainerResults[Kind]>();
    this.#pending.set(number, { resolve: (result) => resolve(result as TrainerResults[Kind]), reject, onProgress: options.onProgress });
    const cancel = () => this.#send({ kind: 'cancel', number });
    options.signal?.addEventListener('abort', cancel);
    this.#send({ kind: 'call', number, call });
    return promise.finally(() => options.signal?.removeEventListener('abort', cancel));
  }

  /** Kills the process and waits until it is gone. */
  async end(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#kill);
    this.#kill();
    await this.#exited;
  }

  #send(message: ToTrainer): void {
    this.#child.send(message, (error) => {
      if (error) this.#settle(message.number)?.reject(this.#ended('before the call'));
    });
  }

  #receive(message: FromTrainer): void {
    if (message.kind === 'log') this.#log(message.line);
    else if (message.kind === 'progress') this.#pending.get(message.number)?.onProgress?.(message.progress);
    else if (message.kind === 'result') this.#settle(message.number)?.resolve(message.result);
    else this.#settle(message.number)?.reject(errorOf(message.failure));
  }

  #settle(number: number): PendingCall | undefined {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    return pending;
  }

  #failPending(how: string): void {
    for (const number of [...this.#pending.keys()]) this.#settle(number)?.reject(this.#ended(how));
  }

  #ended(how: string): ConsiliumError {
    if (this.#signal?.aborted) return new ConsiliumError('cancelled');
    return new ConsiliumError('trainer-ended', `It ended (${how}).`, { cause: new Error(this.#lastWords) });
  }
}

function errorOf({ code, detail, stack }: TrainerFailure): ConsiliumError {
  return new ConsiliumError(code, detail, { cause: new Error(stack) });
}
