import { Worker, type Transferable } from 'node:worker_threads';
import { ConsiliumError } from '../errors/consilium-error.ts';
import type { ThreadAnswer, ThreadQuestion } from './thread-messages.ts';

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * A worker thread that answers questions one after the other. It starts with the first question, keeps the process alive only while
 * it has one, and is started anew, without what it remembered, after it died.
 */
export class WorkerThread<Question, Answer> implements AsyncDisposable {
  readonly #entry: URL;
  readonly #data: unknown;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #worker: Worker | undefined;
  #asked = 0;

  /** @param entry a module that calls answerQuestions; it finds `data` as its `workerData` */
  constructor(entry: URL, data?: unknown) {
    this.#entry = entry;
    this.#data = data;
  }

  /** @param transfer what the thread gets for good instead of a copy. @throws what the thread throws, and `internal` when it died */
  ask(question: Question, transfer: readonly Transferable[] = []): Promise<Answer> {
    const worker = this.#running();
    const number = ++this.#asked;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.set(number, { resolve, reject });
    worker.ref();
    worker.postMessage({ number, question } satisfies ThreadQuestion<Question>, transfer);
    return promise;
  }

  /** Asks without waiting, and only a thread that runs: for what one that is not there has forgotten anyway. */
  tell(question: Question): void {
    if (this.#worker) this.ask(question).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#entry, { workerData: this.#data });
    worker.on('message', (answer: ThreadAnswer<Answer>) => this.#settle(answer));
    worker.on('error', (cause) => this.#died(worker, cause));
    worker.on('exit', () => this.#died(worker, undefined));
    this.#worker = worker;
    return worker;
  }

  #settle({ number, ...settled }: ThreadAnswer<Answer>): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('failure' in settled) waiting?.reject(new ConsiliumError(settled.failure.code, settled.failure.detail, { cause: settled.failure.cause }));
    else waiting?.resolve(settled.answer);
  }

  #died(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new ConsiliumError('internal', 'A worker thread ended.', { cause }));
    this.#waiting.clear();
  }
}
