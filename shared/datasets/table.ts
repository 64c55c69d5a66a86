/** A table of text cells as a connector delivers it, whatever it was read from. */
export interface Table extends AsyncDisposable {
  /** File name without its folder, as problems name it. */
  readonly file: string;
  /** Absolute folder against which image cells are resolved. */
  readonly folder: string;
  readonly columns: readonly TableColumn[];
  /** The rows once, in file order, without the header; rows that cannot be read are reported and left out. */
  readonly rows: AsyncIterable<TableRow>;
  /** SHA-256 in hex over exactly the bytes that were read; call it after the last row. */
  digest(): string;
}

export interface TableColumn {
  readonly name: string;
  /** Unit that the header states in square brackets. */
  readonly unit?: string;
}

export interface TableRow {
  /** Line in the file on which the row begins, from 1. */
  readonly line: number;
  /** One trimmed text for each column. */
  readonly cells: readonly string[];
}
