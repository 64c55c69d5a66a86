import { z } from 'zod';

/** A value of which any part may be missing, because it was wrong. */
export type RightParts<Value> =
  Value extends readonly unknown[] ? readonly (RightParts<Value[number]> | undefined)[]
  : Value extends object ? { readonly [Key in keyof Value]?: RightParts<Value[Key]> }
  : Value;

/**
 * Reads what is right of a value in which something is wrong, with defaults filled in, so that it can be checked
 * against the rest before the wrong parts are mended. An array keeps its length: a wrong item is undefined.
 */
export function rightParts<Schema extends z.ZodType>(schema: Schema, json: unknown): RightParts<z.output<Schema>> | undefined {
  return read(schema, json) as RightParts<z.output<Schema>> | undefined;
}

function read(schema: unknown, json: unknown): unknown {
  const parsed = (schema as z.ZodType).safeParse(json);
  if (parsed.success) return parsed.data;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return read(schema.unwrap(), json);
  if (schema instanceof z.ZodArray || schema instanceof z.ZodTuple) {
    return Array.isArray(json) ? json.map((item, index) => read(schema instanceof z.ZodArray ? schema.element : schema.def.items[index] ?? z.never(), item)) : undefined;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const value = json as Record<string, unknown>;
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const key = schema.def.discriminator;
    const chosen = (schema.options as z.ZodObject[]).find(({ shape }) => shape[key]?.safeParse(value[key]).success);
    return chosen && read(chosen, json);
  }
  if (!(schema instanceof z.ZodObject)) return undefined;
  return Object.fromEntries(Object.entries(schema.shape).map(([key, inner]) => [key, read(inner, value[key])]));
}
