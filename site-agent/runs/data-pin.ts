import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';

/**
 * Holds a run to the data with which the site began it: the same files, and so the same rows in the same order. With others
 * the site would train on something else after a restart than before.
 *
 * @param file where the digest of the snapshot is kept; written at first use
 * @throws data-changed
 */
export async function pinData(file: string, snapshotDigest: string): Promise<void> {
  const pinned = (await readIfThere(file))?.toString();
  if (pinned === undefined) return writeDurableFile(file, snapshotDigest);
  if (pinned !== snapshotDigest) throw new ConsiliumError('data-changed');
}
