import type { LedgerHead } from '../../shared/statements/ledger-receipt.ts';
import { bytesOf, type LedgerEntry, type LedgerLine } from './ledger-line.ts';

export interface RoundAttempt {
  readonly round: string;
  readonly attempt: number;
}

interface Departure extends Pick<LedgerLine, 'what' | 'round' | 'attempt'> {
  readonly atMs: number;
  readonly bytes: number;
  readonly content: string;
  /** Of its line. */
  readonly hash: string;
}

/** What of the ledger's past is kept in memory: when how much left, what left already, what of it the coordinator has, and by which lines. */
export class LedgerHistory {
  readonly #departures: Departure[] = [];
  /** The first line with a content, by the content. */
  readonly #firstLines = new Map<string, number>();
  /** Contents of which a line is countersigned. */
  readonly #received = new Set<string>();
  readonly #countersigned = new Set<number>();

  add(line: LedgerLine): void {
    const content = contentOf(line);
    const { what, round, attempt, hash } = line;
    this.#departures.push({ what, round, attempt, atMs: Date.parse(line.at), bytes: bytesOf(line), content, hash });
    if (!this.#firstLines.has(content)) this.#firstLines.set(content, line.sequence);
  }

  /** The coordinator countersigned the newest line. */
  addReceipt(): void {
    const newest = this.#departures.at(-1);
    if (!newest) return;
    this.#received.add(newest.content);
    this.#countersigned.add(this.#departures.length);
  }

  /**
   * How this ledger differs from the one that the coordinator countersigned, if it does. A second receipt for a line of which
   * the first one is here contradicts the coordinator, and not the ledger.
   */
  differenceFrom({ sequence, hash }: LedgerHead): 'ledger-not-growing' | 'ledger-forked' | undefined {
    if (sequence > this.#departures.length) return 'ledger-not-growing';
    const line = this.#departures[sequence - 1];
    return line && line.hash !== hash && !this.#countersigned.has(sequence) ? 'ledger-forked' : undefined;
  }

  /** Whether the coordinator has this: a line that told of it is countersigned. */
  wasReceived(entry: LedgerContent): boolean {
    return this.#received.has(contentOf(entry));
  }

  /**
   * Bytes that left since then; what left more than once counts once: sending it again tells nobody more.
   * @param apart of which round the contributions do not count
   */
  bytesSince(timeMs: number, apart?: RoundAttempt): number {
    return bytesOfContents(this.#since(timeMs).filter(({ what, round, attempt }) => !(what === 'contribution' && round === apart?.round && attempt === apart.attempt)));
  }

  /** The same with a departure that is still to come. */
  bytesSinceWith(entry: LedgerEntry, timeMs: number): number {
    return bytesOfContents([...this.#since(timeMs), { content: contentOf(entry), bytes: bytesOf(entry) }]);
  }

  /** The first line with the same content; 0 when it never left. */
  firstLineOf(entry: LedgerContent): number {
    return this.#firstLines.get(contentOf(entry)) ?? 0;
  }

  #since(timeMs: number): Departure[] {
    return this.#departures.filter(({ atMs }) => atMs >= timeMs);
  }
}

/** A sum may leave by its digest alone and whole: it counts as it left when it was most. */
function bytesOfContents(departures: readonly Pick<Departure, 'content' | 'bytes'>[]): number {
  const most = new Map<string, number>();
  for (const { content, bytes } of departures) most.set(content, Math.max(bytes, most.get(content) ?? 0));
  return most.values().reduce((total, bytes) => total + bytes, 0);
}

/** What tells two transmissions of the same from transmissions of two things. */
export interface LedgerContent extends Pick<LedgerEntry, 'what' | 'round'> {
  readonly parts: readonly Pick<LedgerEntry['parts'][number], 'part' | 'digest'>[];
}

function contentOf({ what, round, parts }: LedgerContent): string {
  return [what, round, ...parts.map(({ part, digest }) => `${part} ${digest}`)].join(' ');
}
