import { InvalidArgumentError } from 'commander';

/** An option that takes a whole number, for commander. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is not a whole number.');
  return Number(text);
}
