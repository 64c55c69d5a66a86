import { InvalidArgumentError } from 'commander';

/** Reads a whole number for Commander, from 0 on and exact. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It is not a whole number.');
}
