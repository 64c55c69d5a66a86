import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere } from '../../shared/files/durable-file.ts';
import { parseSettings } from '../../shared/settings/parse-settings.ts';

const settingsFile = 'storage.json';

/** `storage.json` in the coordinator's folder, where the operator wants something else than what is usual. */
const settingsSchema = z.strictObject({
  /** What is always left on the disk for the database: payloads are refused before it gets less. */
  minimumFreeMiB: z.number().min(0).default(256),
  /** How long contributions and encrypted sums stay after their round has ended. Opened sums and models stay for good: evidence is made of them. */
  keepContributionsHours: z.number().min(0).default(24),
});

export interface StorageSettings {
  readonly minimumFreeBytes: number;
  readonly keepContributionsMs: number;
}

/** @throws ConsiliumError `invalid-settings` */
export async function readStorageSettings(folder: string): Promise<StorageSettings> {
  const text = await readIfThere(join(folder, settingsFile));
  const { minimumFreeMiB, keepContributionsHours } = parseSettings(settingsSchema, settingsFile, text?.toString('utf8') ?? '{}');
  return { minimumFreeBytes: minimumFreeMiB * 2 ** 20, keepContributionsMs: keepContributionsHours * 3_600_000 };
}
