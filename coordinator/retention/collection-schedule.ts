import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import { total, type PayloadCollection, type Stock } from './payload-collection.ts';

const everyMs = 3_600_000;

/** Collects at the start and every hour; what keeps it from it once is tried again an hour later. */
export class CollectionSchedule implements AsyncDisposable {
  readonly #collection: PayloadCollection;
  readonly #log: Logger;
  readonly #onCollected: (stock: Stock) => void;
  readonly #timer: NodeJS.Timeout;
  #turn: Promise<void>;

  constructor(collection: PayloadCollection, { log, onCollected }: { log: Logger; onCollected: (stock: Stock) => void }) {
    this.#collection = collection;
    this.#log = log;
    this.#onCollected = onCollected;
    this.#turn = this.#collect();
    this.#timer = setInterval(() => {
      this.#turn = this.#turn.then(() => this.#collect());
    }, everyMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#turn;
  }

  async #collect(): Promise<void> {
    try {
      const stock = await this.#collection.collect('coordinator');
      const { payloads, bytes } = total(stock.collectable);
      if (payloads > 0) this.#log.info('Old payloads were removed.', { payloads, bytes });
      this.#onCollected(stock);
    } catch (cause) {
      if (cause instanceof ConsiliumError && cause.code === 'folder-locked') this.#log.info('A backup is made; old payloads are removed later.');
      else this.#log.error('Old payloads could not be removed; trying again in an hour.', {}, cause);
    }
  }
}
