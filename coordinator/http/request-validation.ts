import type { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

/**
 * Makes a part of a request valid, with all its problems reported together.
 *
 * @param part `path`, `query` or `body`, which begins the path of each problem
 * @throws ConsiliumError `invalid-request`
 */
export function validPart<Schema extends z.ZodObject>(schema: Schema, part: string, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => {
    const path = [part, ...issue.path].join('.');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({ path: `${path}.${key}`, message: 'is not known here' }));
  });
  throw new ConsiliumError('invalid-request', '', { problems });
}
