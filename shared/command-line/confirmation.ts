import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { ConsiliumError } from '../errors/consilium-error.ts';
import type { CommandIo } from './command-io.ts';

/**
 * Asks the person at the terminal and returns when they say yes.
 * @throws ConsiliumError `cancelled` when they do not, `nobody-to-ask` when nobody sits there
 */
export async function requireConfirmation(io: CommandIo, question: string): Promise<void> {
  if (!io.stdin.isTTY) throw new ConsiliumError('nobody-to-ask', question);
  using lines = createInterface({ input: io.stdin, output: io.stderr });
  const closed = once(lines, 'close').then(() => ''); // a question that the terminal's end leaves open is never answered
  const answer = await Promise.race([lines.question(`${question} Type yes to go on: `, { signal: io.signal }), closed]);
  if (answer.trim().toLowerCase() !== 'yes') throw new ConsiliumError('cancelled', 'Nothing was changed.');
}
