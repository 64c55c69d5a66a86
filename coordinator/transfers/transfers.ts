import type { RoundStore } from '../rounds/round.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Told of every payload byte, for metrics. */
export type TransferMeter = (direction: 'up' | 'down', site: string, bytes: number) => void;

/** Counts payload bytes that go to sites, for the round that is under way. */
export class Transfers {
  readonly #store: UnitOfWork<{ readonly rounds: RoundStore }>;
  readonly #meter: TransferMeter;

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
      const round = (await this.#store.read.rounds.list(run)).at(-1);
      if (round && sent > 0) await this.#store.transaction(({ rounds }) => rounds.addBytesDown(round.id, sent));
    }
  }
}
