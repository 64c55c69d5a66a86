import type { z } from 'zod';
import { ConsiliumError } from '../errors/consilium-error.ts';
import { parseJson } from '../json/parse-json.ts';

/**
 * Makes a settings file valid, once, at the edge.
 *
 * @param name of the file, for messages
 * @returns the settings, frozen
 * @throws ConsiliumError `invalid-settings` with every problem found
 */
export function parseSettings<Schema extends z.ZodType<object>>(schema: Schema, name: string, text: string): Readonly<z.output<Schema>> {
  const parsed = schema.safeParse(parseSettingsJson(name, text));
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: [name, ...path].join('.'), message }));
  throw new ConsiliumError('invalid-settings', '', { problems });
}

/** The first half of it, for a file that is edited rather than used. @throws ConsiliumError `invalid-settings` that quotes nothing of the file */
export function parseSettingsJson(name: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new ConsiliumError('invalid-settings', '', { problems: [{ path: name, message: (cause as Error).message }] });
  }
}
