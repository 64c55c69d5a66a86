import { bytesOf, type LedgerLine } from './ledger-line.ts';

/** A line of the ledger, and whether the coordinator countersigned it. */
export interface LedgerRow {
  readonly line: LedgerLine;
  readonly countersigned: boolean;
}

const columns = 'sequence,at,what,study,plan_hash,run,round,attempt,purpose,part,layout_fingerprint,bytes,digest,outcome_digests,approval,repeats,countersigned,hash'.split(',');

/** RFC 4180, one row for each part of each line. */
export function ledgerCsv(rows: readonly LedgerRow[]): string {
  const records = rows.flatMap(({ line, countersigned }) =>
    line.parts.map(({ part, layoutFingerprint, bytes, digest }) => {
      const { sequence, at, what, study, planHash, run, round, attempt, purpose, outcomeDigests, approval, repeats, hash } = line;
      return [sequence, at, what, study, planHash, run, round, attempt, purpose, part, layoutFingerprint, bytes, digest, outcomeDigests.join(' '), approval, repeats, countersigned ? 'yes' : 'no', hash];
    }),
  );
  return [columns, ...records].map((record) => `${record.map(csvCell).join(',')}\r\n`).join('');
}

/** The same for a program. */
export function ledgerJson(rows: readonly LedgerRow[]): string {
  return `${JSON.stringify(rows.map(({ line, countersigned }) => ({ ...line, countersigned })), undefined, 2)}\n`;
}

export interface LedgerTotals {
  readonly lines: number;
  readonly bytes: number;
  /** Lines that repeat an earlier one. */
  readonly repetitions: number;
  readonly countersigned: number;
}

export function ledgerTotals(rows: readonly LedgerRow[]): LedgerTotals {
  return {
    lines: rows.length,
    bytes: rows.reduce((total, { line }) => total + bytesOf(line), 0),
    repetitions: rows.filter(({ line }) => line.repeats > 0).length,
    countersigned: rows.filter(({ countersigned }) => countersigned).length,
  };
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
