import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Entry, ZipFile } from 'yauzl';

/** Hands the contents of the wanted entries to `take`, one after the other, and closes the archive. Ends early once it has all. */
export async function takeEntries(zip: ZipFile, wanted: readonly string[], take: (name: string, contents: Readable) => Promise<void>): Promise<void> {
  const open = promisify<Entry, Readable>(zip.openReadStream.bind(zip));
  const left = new Set(wanted);
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', () => reject(new Error(`The archive has no ${[...left].join(', ')}.`)));
    zip.on('entry', (entry: Entry) => {
      void (async () => {
        if (left.delete(entry.fileName)) await take(entry.fileName, await open(entry));
        if (left.size === 0) resolve();
        else zip.readEntry();
      })().catch(reject);
    });
    zip.readEntry();
  }).finally(() => zip.close());
}
