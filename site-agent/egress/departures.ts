import type { LedgerHead, LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import type { LedgerContent } from './ledger-history.ts';
import type { Ledger } from './ledger.ts';
import { bytesOf, type LedgerEntry } from './ledger-line.ts';

/** What is told of departures; implemented by the agent's metrics. */
export interface DepartureMeter {
  setLedgerHead(sequence: number): void;
  countDeparture(what: LedgerEntry['what'], bytes: number): void;
}

/**
 * Lets one thing out at a time, so that the coordinator sees the heads of the ledger in their order: the line is on disk
 * first, then the bytes go, then the receipt is kept.
 */
export class Departures {
  readonly #ledger: Ledger;
  readonly #meter: DepartureMeter;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ledger: Ledger, meter: DepartureMeter) {
    this.#ledger = ledger;
    this.#meter = meter;
    meter.setLedgerHead(ledger.head.sequence);
  }

  /**
   * @param send called when the line is on disk, with the head that has to go along
   * @throws what `send` throws, and ledger-receipt-invalid
   */
  depart(entry: LedgerEntry, send: (head: LedgerHead) => Promise<LedgerReceipt>, signal: AbortSignal): Promise<void> {
    const departure = this.#last.then(() => this.#letOut(entry, send, signal));
    this.#last = departure.catch(() => undefined);
    return departure;
  }

  /** Whether the coordinator has this, by its receipt. */
  wasReceived(content: LedgerContent): boolean {
    return this.#ledger.wasReceived(content);
  }

  async #letOut(entry: LedgerEntry, send: (head: LedgerHead) => Promise<LedgerReceipt>, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { sequence, hash } = await this.#ledger.append(entry);
    this.#meter.setLedgerHead(sequence);
    this.#meter.countDeparture(entry.what, bytesOf(entry));
    try {
      await this.#ledger.keep(await send({ sequence, hash }));
    } catch (error) {
      await this.#ledger.endAfter(error);
      throw error;
    }
  }
}
