import type { RoundStore } from '../rounds/round.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Told of every payload byte, for metrics. */
export type TransferMeter = (direction: 'up' | 'down', site: string, bytes: number) => void;

/** How long a count waits for others, to be written with them: no site has to wait for a commit at the end of its download. What a kill loses is at most this. */
const writeAfterMs = 200;

/** Counts payload bytes that go to sites, for the round that is under way. */
export class Transfers implements AsyncDisposable {
  readonly #store: UnitOfWork<{ readonly rounds: RoundStore }>;
  readonly #meter: TransferMeter;
  /** Bytes by round. */
  readonly #unwritten = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: UnitOfWork<{ readonly rounds: RoundStore }>, meter: TransferMeter) {
    this.#store = store;
    this.#meter = meter;
  }

  /** Passes the chunks on, and adds up what was sent, also when the site goes away in between. */
  async *down(site: string, run: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let sent = 0;
    try {
      for await (const chunk of chunks) {
        yield chunk;
        sent += chunk.length;
        this.#meter('down', site, chunk.length);
      }
    } finally {
      const round = await this.#store.read.rounds.newest(run);
      if (round && sent > 0) {
        this.#count(round.id, sent);
        this.#timer ??= setTimeout(() => void this.write(), writeAfterMs).unref();
      }
    }
  }

  /** Writes what was counted until now. */
  async write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counts = [...this.#unwritten];
    this.#unwritten.clear();
    this.#writing = this.#writing.then(() => this.#add(counts));
    await this.#writing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.write();
  }

  #count(round: string, bytes: number): void {
    this.#unwritten.set(round, (this.#unwritten.get(round) ?? 0) + bytes);
  }

  async #add(counts: readonly (readonly [round: string, bytes: number])[]): Promise<void> {
    if (counts.length === 0) return;
    try {
      await this.#store.transaction(async ({ rounds }) => {
        for (const [round, bytes] of counts) await rounds.addBytesDown(round, bytes);
      });
    } catch {
      for (const [round, bytes] of counts) this.#count(round, bytes); // they are written with the next ones
    }
  }
}
