import type { z } from 'zod';
import type { Problem } from '../errors/consilium-error.ts';
import { planSchema } from './plan.ts';

/** What is wrong with a plan by its schema alone, in words for whoever wrote it. */
export function schemaProblems(json: unknown): Problem[] {
  const parsed = planSchema.safeParse(json, { error: words });
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, []));
}

function problemsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Problem[] {
  const place = [...above, ...issue.path];
  const path = place.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: path ? `${path}.${key}` : key, message: 'is not a setting of a study plan' }));
  }
  const meant = issue.code === 'invalid_union' ? closestForm(issue.errors) : undefined;
  if (meant) return meant.flatMap((inner) => problemsOf(inner, place));
  return [{ path: path || 'plan', message: issue.message }];
}

/** The issues with that one of several forms which was plainly meant: nothing in it is missing or unknown. */
function closestForm(forms: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  return forms.find((issues) => issues.every((issue) => issue.code !== 'unrecognized_keys' && issue.message !== missing));
}

const missing = 'is missing';

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

/** Undefined where zod's words or those of the schema do. */
function words(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? missing : kinds[issue.expected] && `must be ${kinds[issue.expected]}`;
    case 'invalid_value':
      return issue.input === undefined ? missing : oneOf(issue.values);
    case 'invalid_union':
      if (issue.input === undefined) return missing;
      return Array.isArray(issue['options']) ? oneOf(issue['options'] as unknown[]) : undefined;
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return issue.origin === 'array' ? `must have at least ${counted(issue.minimum)}` : `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `must not be longer than ${issue.maximum} characters`;
      return issue.origin === 'array' ? `must have at most ${counted(issue.maximum)}` : `must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
    default:
      return undefined;
  }
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? `must be ${String(values[0])}` : `must be one of ${values.map(String).join(', ')}`;
}

function counted(count: number | bigint): string {
  return `${count} value${Number(count) === 1 ? '' : 's'}`;
}
