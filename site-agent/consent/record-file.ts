import { basename } from 'node:path';
import type { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { namesIfThere, readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';

/** A record as it was written, or nothing when it is not there. @throws consent-damaged: what cannot be read allows nothing */
export async function readRecord<Schema extends z.ZodType>(schema: Schema, path: string): Promise<z.output<Schema> | undefined> {
  const bytes = await readIfThere(path);
  if (!bytes) return undefined;
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new ConsiliumError('consent-damaged', `It is ${path}.`, { cause });
  }
}

/** On disk when the promise resolves. */
export function writeRecord(path: string, record: object): Promise<void> {
  return writeDurableFile(path, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Names of the records in a folder, in order. */
export async function recordNames(folder: string): Promise<string[]> {
  const files = namesIfThere(folder);
  return files.filter((file) => file.endsWith('.json')).map((file) => basename(file, '.json'));
}
