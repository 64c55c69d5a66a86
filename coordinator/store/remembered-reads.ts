import { AsyncLocalStorage } from 'node:async_hooks';

/** More answers than this are not worth their memory. */
const answersMaxCount = 2000;

type Method = (...parameters: unknown[]) => Promise<unknown>;

interface Answer {
  readonly key: string;
  readonly tables: Set<string>;
  readonly value: Promise<unknown>;
}

/**
 * Answers of the database that hold until somebody writes to a table that they were read from. A coordinator asks the same of its state
 * for each site and each call, and making, running and reading a query takes longer than most of what is done with the answer. Answers
 * are shared, so their lists are frozen.
 */
export class RememberedReads {
  readonly #othersState: () => number;
  readonly #reading = new AsyncLocalStorage<Answer>();
  readonly #known = new Map<string, Answer>();
  readonly #byTable = new Map<string, Set<Answer>>();
  #knownState = NaN;
  #hasLooked = false;

  /** @param othersState a number that is another one after every commit of another process */
  constructor(othersState: () => number) {
    this.#othersState = othersState;
  }

  /** The same tables, whose answers are remembered. */
  of<Tables extends object>(tables: Tables): Tables {
    return Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, this.#table(name, table as object)])) as Tables;
  }

  /** A query has read these tables, for whatever answer it was asked for. */
  note(tables: Iterable<string>): void {
    const answer = this.#reading.getStore();
    if (!answer || this.#known.get(answer.key) !== answer) return;
    for (const table of tables) {
      answer.tables.add(table);
      const answers = this.#byTable.get(table);
      if (answers) answers.add(answer);
      else this.#byTable.set(table, new Set([answer]));
    }
  }

  /** These tables were written. */
  forget(tables: Iterable<string>): void {
    for (const table of tables) for (const answer of this.#byTable.get(table) ?? []) this.#drop(answer);
  }

  #table<Table extends object>(name: string, table: Table): Table {
    return new Proxy(table, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property, target);
        if (typeof member !== 'function') return member;
        const method = (member as Method).bind(target);
        return async (...parameters: unknown[]) => {
          const key = keyOf([name, String(property), ...parameters]);
          return key === undefined ? method(...parameters) : this.#answer(key, () => method(...parameters));
        };
      },
    });
  }

  #answer(key: string, read: () => Promise<unknown>): Promise<unknown> {
    this.#lookForOthers();
    const known = this.#known.get(key);
    if (known) return known.value;
    if (this.#known.size >= answersMaxCount) this.#forgetAll();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const answer: Answer = { key, tables: new Set(), value: promise };
    this.#known.set(key, answer);
    this.#reading.run(answer, read).then(
      (value) => {
        if (answer.tables.size === 0) this.#drop(answer); // nobody could tell when it is old
        resolve(Array.isArray(value) ? Object.freeze(value) : value);
      },
      (error: unknown) => {
        this.#drop(answer); // a failure may be one of the moment
        reject(error as Error);
      },
    );
    return promise;
  }

  /** Another process seldom writes. It is looked for once in each turn of the event loop: what it commits within the turn could as well have come after. */
  #lookForOthers(): void {
    if (this.#hasLooked) return;
    this.#hasLooked = true;
    setImmediate(() => (this.#hasLooked = false));
    const state = this.#othersState();
    if (state !== this.#knownState) this.#forgetAll();
    this.#knownState = state;
  }

  #drop(answer: Answer): void {
    if (this.#known.get(answer.key) === answer) this.#known.delete(answer.key);
    for (const table of answer.tables) this.#byTable.get(table)?.delete(answer);
  }

  #forgetAll(): void {
    this.#known.clear();
    this.#byTable.clear();
  }
}

/** Only questions of texts and numbers are remembered. */
function keyOf(question: readonly unknown[]): string | undefined {
  return question.every((part) => typeof part === 'string' || typeof part === 'number' || part === undefined) ? JSON.stringify(question.map((part) => part ?? null)) : undefined;
}
