import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { isoTime, type Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { LineFile } from '../../shared/files/line-file.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { LedgerHead, LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import { ledgerFilesIn, type LedgerOwner } from './ledger-files.ts';
import { LedgerHistory, type LedgerContent, type RoundAttempt } from './ledger-history.ts';
import { ledgerEntrySchema, signedLine, type LedgerEntry, type LedgerLine } from './ledger-line.ts';
import { isCountersigned, receiptLine, receiptLineSchema } from './ledger-receipt-line.ts';
import { verifyLedger } from './ledger-verification.ts';

export interface LedgerSettings {
  readonly folder: string;
  readonly owner: LedgerOwner;
  /** Ed25519, private. */
  readonly signingKey: KeyObject;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Why the site sends nothing more: its ledger is not the one for which the coordinator signed. The receipt is kept as the proof. */
const endedSchema = z.strictObject({ code: z.enum(['ledger-not-growing', 'ledger-forked']), at: z.iso.datetime(), receipt: receiptLineSchema });

/**
 * The site's record of everything that left: an append-only file of chained, signed lines, and beside it the coordinator's
 * receipts. One process writes it, one line at a time.
 */
export class Ledger implements AsyncDisposable {
  readonly #settings: LedgerSettings;
  readonly #lines: LineFile;
  readonly #receipts: LineFile;
  readonly #history: LedgerHistory;
  #head: LedgerHead;
  #ended: ConsiliumError | undefined;

  private constructor(settings: LedgerSettings, parts: { lines: LineFile; receipts: LineFile; history: LedgerHistory; head: LedgerHead }) {
    this.#settings = settings;
    this.#lines = parts.lines;
    this.#receipts = parts.receipts;
    this.#history = parts.history;
    this.#head = parts.head;
  }

  /**
   * Opens a site's ledger, or begins it, and checks all of it. Half a line, which a kill leaves, is moved aside.
   * @throws ledger-damaged; ledger-not-growing and ledger-forked when the coordinator showed before that it signed for another ledger
   */
  static async open(settings: LedgerSettings): Promise<Ledger> {
    const { folder, owner, log } = settings;
    const ended = await readIfThere(endedFile(folder));
    if (ended) {
      const { code, at, receipt } = endedSchema.parse(JSON.parse(ended.toString()));
      throw new ConsiliumError(code, `${howItEnded(receipt)} It showed this at ${at}.`);
    }
    const files = ledgerFilesIn(folder);
    const history = new LedgerHistory();
    const onLine = (line: LedgerLine, isCountersigned: boolean) => {
      history.add(line);
      if (isCountersigned) history.addReceipt();
    };
    const { head } = await verifyLedger(files, owner, { onLine, tornEnd: 'pass' });
    const onTorn = (aside: string) => log.warn('A line that was being written when the agent was killed is moved aside; nothing left under it.', { file: aside });
    return new Ledger(settings, { lines: await LineFile.open(files.lines, onTorn), receipts: await LineFile.open(files.receipts, onTorn), history, head });
  }

  get head(): LedgerHead {
    return this.#head;
  }

  /** When it returns, the line is on disk, and what it tells of may leave. @throws the refusal that ended the ledger */
  async append(entry: LedgerEntry): Promise<LedgerLine> {
    if (this.#ended) throw this.#ended;
    const { clock, signingKey } = this.#settings;
    const { sequence, hash } = this.#head;
    const repeats = this.#history.firstLineOf(entry);
    const line = signedLine({ sequence: sequence + 1, at: isoTime(clock), ...ledgerEntrySchema.parse(entry), repeats, previous: hash }, signingKey);
    await this.#lines.append(JSON.stringify(line));
    this.#head = { sequence: line.sequence, hash: line.hash };
    this.#history.add(line);
    return line;
  }

  /** Keeps the coordinator's receipt for the newest line. @throws ledger-receipt-invalid when it is for another line or not signed */
  async keep(receipt: LedgerReceipt): Promise<void> {
    const { sequence, hash } = this.#head;
    if (receipt.sequence !== sequence || receipt.hash !== hash) throw new ConsiliumError('ledger-receipt-invalid', `It is not for line ${sequence}.`);
    if (!isCountersigned(receipt, this.#settings.owner)) throw new ConsiliumError('ledger-receipt-invalid', 'Its signature does not verify.');
    await this.#receipts.append(receiptLine(receipt));
    this.#history.addReceipt();
  }

  /**
   * Ends the ledger for good when the coordinator signed for another one: for more lines than this one has, or for another
   * line in the place of one. Its word alone ends nothing.
   * @returns how this ledger differs, or nothing when the receipt does not show that it does
   */
  async endIfContradicted(receipt: LedgerReceipt): Promise<ConsiliumError | undefined> {
    const code = isCountersigned(receipt, this.#settings.owner) ? this.#history.differenceFrom(receipt) : undefined;
    if (!code) return undefined;
    this.#ended = new ConsiliumError(code, howItEnded(receipt));
    await writeDurableFile(endedFile(this.#settings.folder), JSON.stringify({ code, at: isoTime(this.#settings.clock), receipt: JSON.parse(receiptLine(receipt)) }));
    return this.#ended;
  }

  /** Bytes that left since then, in milliseconds since the Unix epoch; what left more than once counts once, and the contributions of the round `apart` not at all. */
  bytesSince(timeMs: number, apart?: RoundAttempt): number {
    return this.#history.bytesSince(timeMs, apart);
  }

  /** The same with a departure that is still to come. */
  bytesSinceWith(entry: LedgerEntry, timeMs: number): number {
    return this.#history.bytesSinceWith(entry, timeMs);
  }

  /** Whether the coordinator has this: it countersigned a line that told of it. */
  wasReceived(content: LedgerContent): boolean {
    return this.#history.wasReceived(content);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lines[Symbol.asyncDispose]();
    await this.#receipts[Symbol.asyncDispose]();
  }
}

function howItEnded({ sequence, hash }: LedgerHead): string {
  return `It signed for a line ${sequence} with the hash ${hash}.`;
}

function endedFile(folder: string): string {
  return join(folder, 'ended.json');
}
