import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

export const contentsFile = 'backup.json';
/** The coordinator's folder as it was, below the backup's. */
export const copyFolder = 'coordinator';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `backup.json`: what a backup holds. It is written last. */
const contentsSchema = z.strictObject({
  format: z.literal(1),
  federation: z.strictObject({ id: z.uuid(), name: z.string() }),
  /** Of Consilium. */
  version: z.string(),
  takenAt: z.iso.datetime(),
  auditHead: z.strictObject({ sequence: z.int().min(0), hash: z.string() }),
  /** Paths below the coordinator's folder, with `/`. */
  files: z.array(z.strictObject({ path: z.string().regex(/^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\\\0]+$/), bytes: z.int().min(0), sha256 })),
  payloads: z.array(z.strictObject({ digest: sha256, bytes: z.int().min(0) })),
});

export type BackupContents = Readonly<z.output<typeof contentsSchema>>;

/** @throws ConsiliumError `backup-damaged` */
export async function readContents(folder: string): Promise<BackupContents> {
  try {
    return contentsSchema.parse(JSON.parse(await readFile(join(folder, contentsFile), 'utf8')));
  } catch (cause) {
    throw new ConsiliumError('backup-damaged', `${join(folder, contentsFile)} is not there or cannot be read.`, { cause });
  }
}

export function payloadPath(digest: string): string {
  return `payloads/${digest.slice(0, 2)}/${digest.slice(2)}`;
}
