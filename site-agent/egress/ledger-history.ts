import { bytesOf, type LedgerEntry, type LedgerLine } from './ledger-line.ts';

/** What of the ledger's past is kept in memory: when how much left, and what left already. */
export class LedgerHistory {
  readonly #departures: { readonly atMs: number; readonly bytes: number }[] = [];
  /** The first line with a content, by the content. */
  readonly #firstLines = new Map<string, number>();

  add(line: LedgerLine): void {
    this.#departures.push({ atMs: Date.parse(line.at), bytes: bytesOf(line) });
    const content = contentOf(line);
    if (!this.#firstLines.has(content)) this.#firstLines.set(content, line.sequence);
  }

  /** Bytes that left since then, each transmission counted. */
  bytesSince(timeMs: number): number {
    return this.#departures.reduce((total, { atMs, bytes }) => (atMs >= timeMs ? total + bytes : total), 0);
  }

  /** The first line with the same content; 0 when it never left. */
  firstLineOf(entry: LedgerEntry): number {
    return this.#firstLines.get(contentOf(entry)) ?? 0;
  }
}

/** What tells two transmissions of the same from transmissions of two things. */
function contentOf({ what, round, parts }: LedgerEntry): string {
  return [what, round, ...parts.map(({ part, digest }) => `${part} ${digest}`)].join(' ');
}
