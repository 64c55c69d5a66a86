import { InvalidArgumentError, Option } from 'commander';

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `90m`, `12h` or `7d` for Commander, as milliseconds. */
export function durationMs(text: string): number {
  const [, amount = '', unit = ''] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  const multiple = unitMs[unit];
  if (multiple === undefined) throw new InvalidArgumentError('Write a number and m, h or d, for example 7d.');
  return Number(amount) * multiple;
}

/** An option for how long something is valid. */
export function durationOption(flags: string, description: string, standard: string): Option {
  return new Option(flags, description).argParser(durationMs).default(durationMs(standard), standard);
}
