import { inputShape } from '../studies/inputs.ts';
import type { DataContract } from '../studies/plan.ts';
import { inputSlots, targetSlots, type Slot } from './contract-slots.ts';
import type { DataProblems } from './data-problems.ts';
import type { Examples } from './examples.ts';
import { ImageFolder } from './images.ts';
import { seededTestRows } from './seeded-split.ts';
import type { Table, TableRow } from './table.ts';

export interface ContractRows {
  readonly train: Examples;
  readonly test: Examples;
  /** Lines of the table that became examples, in the examples' order. */
  readonly lines: { readonly train: readonly number[]; readonly test: readonly number[] };
  /** Rows left out because a cell is missing; a row counts for the first such column of the contract. */
  readonly dropped: readonly { readonly column: string; readonly rows: number }[];
  /** What was read: the table, then each image by name. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

interface KeptRow {
  readonly line: number;
  readonly position: number;
  readonly inputs: Float32Array;
  readonly targets: readonly Float32Array[];
  readonly set?: 'train' | 'test';
}

/** A slot with its place in the table and in the row's inputs (part 0) or targets (part 1 and on). */
interface PlacedSlot extends Slot {
  readonly cell: number;
  readonly part: number;
  readonly at: number;
}

/**
 * Reads a table by the contract: every cell is checked, and every problem is reported before anything is returned.
 * Columns that the contract does not name are not looked at.
 *
 * @param problems the list that the table's reader also writes to
 * @throws ConsiliumError `data-invalid` with all problems
 */
export async function readContractRows(table: Table, contract: DataContract, problems: DataProblems): Promise<ContractRows> {
  const { file } = table;
  const parts = [inputSlots(contract), ...contract.targets.map(targetSlots)];
  const placed = parts.flatMap((slots, part) => placeSlots(slots, part, table, problems));
  const image = contract.columns.find((column) => column.type === 'image');
  const imageCell = image && findColumn(table, image.name, problems);
  const splitCell = 'column' in contract.split ? findColumn(table, contract.split.column, problems) : undefined;
  const images = new ImageFolder(table.folder);
  const isMissing = (text: string): boolean => text === '' || contract.missingMarkers.includes(text);
  const dropped = new Map<string, number>();

  async function keep(row: TableRow, position: number): Promise<KeptRow | undefined> {
    const lacking = placed.find((slot) => slot.missing === 'drop-row' && isMissing(row.cells[slot.cell]));
    if (lacking) {
      dropped.set(lacking.column, (dropped.get(lacking.column) ?? 0) + 1);
      return undefined;
    }
    const report = (column: string, message: string): void => problems.add(`${file}:${row.line}:${column}`, message);
    const values: Float32Array[] = parts.map((slots) => new Float32Array(widthOf(slots)));
    for (const slot of placed) {
      const text = row.cells[slot.cell];
      const problem = isMissing(text) ? writeMissing(slot, values[slot.part]) : slot.write(text, values[slot.part], slot.at);
      if (problem) report(slot.column, problem);
    }
    if (image && imageCell !== undefined) {
      const read = await images.read(row.cells[imageCell], image);
      if (typeof read === 'string') report(image.name, read);
      else values[0] = read;
    }
    const set = splitCell === undefined ? undefined : setOf(row.cells[splitCell], contract.split);
    if (splitCell !== undefined && !set) report(table.columns[splitCell].name, "is neither the plan's train nor its test value");
    return { line: row.line, position, inputs: values[0], targets: values.slice(1), set };
  }

  const kept: KeptRow[] = [];
  let position = 0;
  for await (const row of table.rows) {
    const keptRow = await keep(row, position++);
    // Once something is wrong nothing will be returned: the rest is read for its problems only.
    if (keptRow && problems.count === 0) kept.push(keptRow);
  }
  problems.throwIfAny(file);

  const testRows = testPositions(kept, contract);
  const train = kept.filter((row) => !testRows.has(row.position));
  const test = kept.filter((row) => testRows.has(row.position));
  return {
    train: examplesOf(train, contract),
    test: examplesOf(test, contract),
    lines: { train: train.map((row) => row.line), test: test.map((row) => row.line) },
    dropped: [...dropped].map(([column, rows]) => ({ column, rows })),
    files: [{ name: file, sha256: table.digest() }, ...images.filesRead()],
  };
}

function placeSlots(slots: readonly Slot[], part: number, table: Table, problems: DataProblems): PlacedSlot[] {
  let at = 0;
  return slots.flatMap((slot) => {
    const cell = findColumn(table, slot.column, problems);
    const start = at;
    at += slot.width;
    if (cell === undefined) return [];
    const { unit } = table.columns[cell];
    if (slot.unit !== undefined && unit !== undefined && unit !== slot.unit) {
      problems.add(`${table.file}:1:${slot.column}`, `the header says [${unit}], the contract asks for [${slot.unit}]; convert the column`);
    }
    return [{ ...slot, cell, part, at: start }];
  });
}

function findColumn(table: Table, name: string, problems: DataProblems): number | undefined {
  const index = table.columns.findIndex((column) => column.name === name);
  if (index >= 0) return index;
  problems.add(`${table.file}:1:${name}`, 'the table has no such column');
  return undefined;
}

function widthOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, slot) => sum + slot.width, 0);
}

function writeMissing(slot: PlacedSlot, values: Float32Array): string | undefined {
  if (slot.missing !== 'mean') return 'is missing, and the contract refuses that';
  values[slot.at] = Number.NaN;
  return undefined;
}

function setOf(text: string, split: DataContract['split']): 'train' | 'test' | undefined {
  if (!('column' in split)) return undefined;
  if (text === split.train) return 'train';
  return text === split.test ? 'test' : undefined;
}

function testPositions(rows: readonly KeptRow[], { split, targets }: DataContract): Set<number> {
  if ('column' in split) return new Set(rows.filter((row) => row.set === 'test').map((row) => row.position));
  // Numbers have no classes to keep in proportion.
  const stratify = split.stratify && targets[0].type !== 'regression';
  return seededTestRows(
    rows.map((row) => ({ position: row.position, stratum: row.targets[0].join() })),
    { ...split, stratify },
  );
}

function examplesOf(rows: readonly KeptRow[], contract: DataContract): Examples {
  const inputWidth = inputShape(contract).reduce((product, size) => product * size, 1);
  return {
    count: rows.length,
    inputs: concatenate(rows.map((row) => row.inputs), inputWidth),
    targets: contract.targets.map((target, index) => concatenate(rows.map((row) => row.targets[index]), widthOf(targetSlots(target)))),
  };
}

function concatenate(rows: readonly Float32Array[], width: number): Float32Array {
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, index) => all.set(row, index * width));
  return all;
}
