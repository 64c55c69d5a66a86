import { styleText } from 'node:util';
import type { OutputStream } from './command-io.ts';

export interface TableColumn<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Numbers stand at the right so that their digits line up. */
  readonly align?: 'left' | 'right';
}

const gap = '  ';

/** Writes rows under their titles in aligned columns; on a terminal with colours the titles are bold. */
export function writeTable<Row>(stream: OutputStream, columns: readonly TableColumn<Row>[], rows: readonly Row[]): void {
  const cells = rows.map((row) => columns.map((column) => column.text(row)));
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...cells.map((line) => line[at]!.length)));
  const line = (texts: readonly string[]): string =>
    texts.map((text, at) => (columns[at]!.align === 'right' ? text.padStart(widths[at]!) : text.padEnd(widths[at]!))).join(gap).trimEnd();

  const titles = line(columns.map(({ title }) => title));
  stream.write(`${styleText('bold', titles, { stream })}\n`);
  for (const texts of cells) stream.write(`${line(texts)}\n`);
}
