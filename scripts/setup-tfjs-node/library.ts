import { createWriteStream } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { open, type Options, type ZipFile } from 'yauzl';
import { libraryJar } from './artifacts.ts';
import { takeEntries } from './zip-entries.ts';

/** Unpacks the two libraries of the jar, and gives each the name under which the linker looks for it as well. */
export async function unpackLibraries(jar: string, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  const zip = await promisify<string, Options, ZipFile>(open)(jar, { lazyEntries: true });
  const names = new Map<string, string>(libraryJar.libraries);
  await takeEntries(zip, [...names.keys()], async (entry, contents) => {
    await pipeline(contents, createWriteStream(join(folder, basename(entry))), { signal });
    await symlink(basename(entry), join(folder, names.get(entry) as string));
  });
}
