import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { finished } from 'node:stream/promises';

import { parse, type CsvError, type Options, type Parser } from 'csv-parse';

import { ConsiliumError } from '../errors/consilium-error.ts';
import type { DataProblems } from './data-problems.ts';
import type { Table, TableColumn, TableRow } from './table.ts';

const delimiters = [',', ';', '\t'];
const maximumRowBytes = 64 * 2 ** 20;

/**
 * Opens a CSV file (RFC 4180, UTF-8 with or without a byte-order mark, any line end) and reads its header.
 * The delimiter is a comma, semicolon or tab, whichever the header has most of. A header cell may
 * carry a unit: `chol [mg/dL]`. Blank lines are skipped. The file is streamed: one pass, a row at a time.
 *
 * @param problems receives what is wrong with single rows while they are read
 * @throws ConsiliumError `data-unreadable` when the file cannot be opened, `data-invalid` when its header cannot be used
 */
export async function openCsvTable(path: string, problems: DataProblems): Promise<Table> {
  const file = basename(path);
  const hash = createHash('sha256');
  const records = recordsOf(hashedBytes(path, hash), file, problems);
  const header = await records.next();
  if (header.done && problems.count === 0) problems.add(file, 'is empty; a header row and at least one row are needed');
  const columns = header.done ? [] : columnsOf(header.value, file, problems);
  if (problems.count > 0) await records.return(undefined);
  problems.throwIfAny(file);
  return {
    file,
    folder: dirname(resolve(path)),
    columns,
    rows: rowsOf(records, columns.length, file, problems),
    digest: () => hash.copy().digest('hex'),
    async [Symbol.asyncDispose]() {
      await records.return(undefined);
    },
  };
}

async function* hashedBytes(path: string, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer, undefined> {
  try {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (cause) {
    throw new ConsiliumError('data-unreadable', `${path} (${(cause as NodeJS.ErrnoException).code}).`, { cause });
  }
}

function isUtf16(head: Buffer): boolean {
  return head.length >= 2 && [0xfeff, 0xfffe].includes(head.readUInt16BE(0));
}

/** The delimiter that the first line with text has most of outside quotes. */
function delimiterOf(head: Buffer): string {
  const line = /^\uFEFF?\s*((?:"[^"]*"?|[^"\r\n]+)*)/.exec(head.toString('utf8'))?.[1] ?? '';
  const bare = line.replace(/"[^"]*"?/g, '');
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length - 1);
  return delimiters[counts.indexOf(Math.max(...counts))];
}

async function* recordsOf(bytes: AsyncIterable<Buffer>, file: string, problems: DataProblems): AsyncGenerator<TableRow, undefined> {
  const parsed: TableRow[] = [];
  let line = 1;
  let parser: Parser | undefined;
  for await (const chunk of bytes) {
    if (!parser && isUtf16(chunk)) problems.add(file, 'is UTF-16 text; save it as CSV in UTF-8');
    parser ??= parse({
      bom: true,
      delimiter: delimiterOf(chunk),
      relax_column_count: true,
      max_record_size: maximumRowBytes,
      // With `raw` a record comes with its text, which the library's types do not say.
      raw: true,
      on_record: take as unknown as Options['on_record'],
    }).on('error', () => {});
    parser.write(chunk);
    yield* parsed.splice(0);
    if (parser.errored) break;
  }
  if (!parser) return;
  await finished(parser.end().resume()).catch(() => {});
  yield* parsed;
  // The library's message may quote the cell: only its code is used, and it is not kept as a cause.
  if (parser.errored) problems.add(`${file}:${line}`, malformed((parser.errored as CsvError).code));

  /** Rows are taken as they are parsed, so that those before a broken one are not lost with the parser's buffer. */
  function take({ record, raw }: { record: string[]; raw: string }): null {
    if (raw.trim() !== '') parsed.push({ line, cells: record.map((cell) => cell.trim()) });
    // The library's own line count is off after a Windows line end inside quotes.
    line += raw.match(/\r\n|\r|\n/g)?.length ?? 0;
    return null;
  }
}

function malformed(code: string): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quoted cell that begins here is never closed';
  if (code === 'CSV_MAX_RECORD_SIZE') return `the row is larger than ${maximumRowBytes / 2 ** 20} MiB; look for a quote that is never closed`;
  return 'has a quote in the wrong place; a cell with quotes is quoted as a whole, and quotes in it are doubled';
}

function columnsOf(header: TableRow, file: string, problems: DataProblems): TableColumn[] {
  const firstPlace = new Map<string, number>();
  return header.cells.map((cell, index) => {
    const [, name = cell, unit] = /^(.+?)\s*\[(.+)\]$/.exec(cell) ?? [];
    const earlier = firstPlace.get(name);
    if (name !== '' && earlier !== undefined) {
      problems.add(`${file}:${header.line}:column ${index + 1}`, `has the same name as column ${earlier}; is the header row missing?`);
    }
    firstPlace.set(name, earlier ?? index + 1);
    return { name, unit };
  });
}

async function* rowsOf(records: AsyncIterable<TableRow>, width: number, file: string, problems: DataProblems): AsyncGenerator<TableRow> {
  let read = 0;
  for await (const row of records) {
    read++;
    if (row.cells.length === width) yield row;
    else if (row.cells.length < width) problems.add(`${file}:${row.line}:column ${row.cells.length + 1}`, `the row ends before this column: ${row.cells.length} cells, the header has ${width}`);
    else problems.add(`${file}:${row.line}:column ${width + 1}`, `the row goes on after the last column: ${row.cells.length} cells, the header has ${width}; quote cells that hold the delimiter`);
  }
  if (read === 0 && problems.count === 0) problems.add(file, 'has a header but no rows');
}
