import type { Column, DataContract, Target } from '../studies/plan.ts';

/** Where the number or numbers of one column go, and how its cell is read. */
export interface Slot {
  readonly column: string;
  /** Unit that the contract states; undefined for texts. */
  readonly unit?: string;
  readonly missing: 'refuse' | 'drop-row' | 'mean';
  readonly width: number;
  /** Writes `width` numbers to `values` from `at`; returns what is wrong with the cell, never its text. */
  write(text: string, values: Float32Array, at: number): string | undefined;
}

interface NumberRange {
  readonly name: string;
  readonly unit: string;
  readonly minimum: number;
  readonly maximum: number;
}

/** Slots of the columns that hold numbers and categories, in contract order. */
export function inputSlots(contract: DataContract): Slot[] {
  return contract.columns.flatMap((column) => inputSlot(column) ?? []);
}

/** Slots of one target: one, or one for each column of a regression target. */
export function targetSlots(target: Target): Slot[] {
  const { missing } = target;
  if (target.type === 'regression') return target.columns.map((column) => numberSlot(column, missing));
  const { column, values } = target;
  if (target.type === 'multi-class') return [categorySlot(column, values, values, missing)];
  return [categorySlot(column, values, values.slice(1), missing)];
}

function inputSlot(column: Column): Slot | undefined {
  if (column.type === 'number') return numberSlot(column, column.missing);
  if (column.type === 'category') return categorySlot(column.name, column.values, column.values.slice(column.dropFirst ? 1 : 0), column.missing);
  return undefined;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function numberSlot({ name, unit, minimum, maximum }: NumberRange, missing: Slot['missing']): Slot {
  return {
    column: name,
    unit,
    missing,
    width: 1,
    write(text, values, at) {
      if (!decimal.test(text)) return /^[+-]?\d+,\d+$/.test(text) ? 'has a decimal comma; write numbers with a point' : 'is not a number';
      const value = Number(text);
      if (value < minimum) return `is below the contract's minimum of ${minimum} ${unit}`;
      if (value > maximum) return `is above the contract's maximum of ${maximum} ${unit}`;
      values[at] = value;
      return undefined;
    },
  };
}

/** One 0/1 number for each of `indicators`; the other allowed values leave all of them 0. */
function categorySlot(column: string, allowed: readonly string[], indicators: readonly string[], missing: Slot['missing']): Slot {
  const places = new Map(allowed.map((value) => [value, indicators.indexOf(value)]));
  return {
    column,
    missing,
    width: indicators.length,
    write(text, values, at) {
      const place = places.get(text);
      if (place === undefined) return `is not one of the contract's ${places.size} values (${shortList(allowed)})`;
      if (place >= 0) values[at + place] = 1;
      return undefined;
    },
  };
}

function shortList(values: readonly string[]): string {
  return values.length > 8 ? `${values.slice(0, 8).join(', ')}, ...` : values.join(', ');
}
