/** Answers of one state of the database; more than this are not worth their memory. */
const answersMaxCount = 2000;

type Method = (...parameters: unknown[]) => Promise<unknown>;

/**
 * The same tables, which read the same only once for each state of the database. A coordinator asks the same of its state for each site
 * and each call, and making, running and reading a query takes longer than most of what is done with the answer. Answers are shared, so
 * their lists are frozen.
 *
 * @param state a number that is another one after every commit, of whatever process
 */
export function rememberReads<Tables extends object>(tables: Tables, state: () => number): Tables {
  const answers = new Answers(state);
  return Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, rememberTable(name, table as object, answers)])) as Tables;
}

function rememberTable<Table extends object>(name: string, table: Table, answers: Answers): Table {
  return new Proxy(table, {
    get: (target, property) => {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      const method = (member as Method).bind(target);
      return async (...parameters: unknown[]) => {
        const key = keyOf([name, String(property), ...parameters]);
        return key === undefined ? method(...parameters) : answers.of(key, () => method(...parameters));
      };
    },
  });
}

class Answers {
  readonly #state: () => number;
  #known = new Map<string, Promise<unknown>>();
  #knownState = NaN;

  constructor(state: () => number) {
    this.#state = state;
  }

  of(key: string, read: () => Promise<unknown>): Promise<unknown> {
    const state = this.#state();
    if (state !== this.#knownState || this.#known.size >= answersMaxCount) this.#known = new Map();
    this.#knownState = state;
    const known = this.#known.get(key);
    if (known) return known;
    const answers = this.#known;
    const answer = read().then((value) => (Array.isArray(value) ? Object.freeze(value) : value));
    answers.set(key, answer);
    answer.catch(() => answers.delete(key)); // a failure may be one of the moment
    return answer;
  }
}

/** Only questions of texts and numbers are remembered. */
function keyOf(question: readonly unknown[]): string | undefined {
  return question.every((part) => typeof part === 'string' || typeof part === 'number' || part === undefined) ? JSON.stringify(question.map((part) => part ?? null)) : undefined;
}
