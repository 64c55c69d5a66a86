import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { LedgerHead, LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import type { LedgerContent } from './ledger-history.ts';
import type { Ledger } from './ledger.ts';
import { bytesOf, type LedgerEntry } from './ledger-line.ts';

/** What is told of departures; implemented by the agent's metrics. */
export interface DepartureMeter {
  setLedgerHead(sequence: number): void;
  countDeparture(what: LedgerEntry['what'], bytes: number): void;
}

export interface DeparturesParts {
  readonly ledger: Ledger;
  readonly meter: DepartureMeter;
  /** Most bytes that the hospital lets leave within any 24 hours; nothing where it sets no limit. */
  readonly maximumBytesPerDay: () => Promise<number | undefined>;
  /** Asks the coordinator for the receipt of the newest head that it knows of this site. */
  readonly newestReceipt: (signal: AbortSignal) => Promise<LedgerReceipt | undefined>;
  readonly clock: Clock;
}

const dayMs = 86_400_000;

/**
 * Lets one thing out at a time, so that the coordinator sees the heads of the ledger in their order, and so that what
 * leaves of several runs at once keeps the limit of a day: the line is on disk first, then the bytes go, then the receipt is kept.
 */
export class Departures {
  readonly #ledger: Ledger;
  readonly #meter: DepartureMeter;
  readonly #maximumBytesPerDay: DeparturesParts['maximumBytesPerDay'];
  readonly #newestReceipt: DeparturesParts['newestReceipt'];
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ ledger, meter, maximumBytesPerDay, newestReceipt, clock }: DeparturesParts) {
    this.#ledger = ledger;
    this.#meter = meter;
    this.#maximumBytesPerDay = maximumBytesPerDay;
    this.#newestReceipt = newestReceipt;
    this.#clock = clock;
    meter.setLedgerHead(ledger.head.sequence);
  }

  /**
   * @param send called when the line is on disk, with the head that has to go along
   * @throws what `send` throws, policy-bytes, policy-invalid, and ledger-receipt-invalid; ledger-not-growing and ledger-forked when
   *   the coordinator refuses the ledger and shows that it signed for another one
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
    await this.#assertWithinDay(entry);
    const { sequence, hash } = await this.#ledger.append(entry);
    this.#meter.setLedgerHead(sequence);
    this.#meter.countDeparture(entry.what, bytesOf(entry));
    try {
      await this.#ledger.keep(await send({ sequence, hash }));
    } catch (error) {
      if (!(error instanceof ConsiliumError) || error.code !== 'ledger-refusal-unproven') throw error;
      const receipt = await this.#newestReceipt(signal);
      throw (receipt && (await this.#ledger.endIfContradicted(receipt))) ?? error;
    }
  }

  async #assertWithinDay(entry: LedgerEntry): Promise<void> {
    const maximumBytes = await this.#maximumBytesPerDay();
    if (maximumBytes === undefined) return;
    if (this.#ledger.bytesSinceWith(entry, this.#clock.nowMs() - dayMs) > maximumBytes) throw new ConsiliumError('policy-bytes');
  }
}
