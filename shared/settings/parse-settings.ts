import type { z } from 'zod';
import { ConsiliumError } from '../errors/consilium-error.ts';

/**
 * Makes a settings file valid, once, at the edge.
 *
 * @param name of the file, for messages
 * @returns the settings, frozen
 * @throws ConsiliumError `invalid-settings` with every problem found
 */
export function parseSettings<Schema extends z.ZodType<object>>(schema: Schema, name: string, text: string): Readonly<z.output<Schema>> {
  const parsed = schema.safeParse(readJson(name, text));
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: [name, ...path].join('.'), message }));
  throw new ConsiliumError('invalid-settings', '', { problems });
}

function readJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConsiliumError('invalid-settings', `${name} is not JSON.`, { cause });
  }
}
