import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { lockFolder } from '../../shared/files/folder-lock.ts';
import type { FolderContents } from '../../shared/files/private-folder.ts';
import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import { lastingMemoryOf } from '../agreement/lasting-memory.ts';
import { isSiteFolder, siteFiles } from './site-folder.ts';

/** The folder of a site that is set up anew, kept from its agent while what it remembers is taken along. */
export interface EarlierFolder extends Disposable {
  readonly memory: FolderContents;
}

/**
 * @param fingerprint of the federation's authority, as the bundle names it
 * @throws site-not-joined, folder-locked while its agent is at work, invalid-request when it was a site of another federation
 */
export function openEarlierFolder(folder: string, fingerprint: string): EarlierFolder {
  if (!isSiteFolder(folder)) throw new ConsiliumError('site-not-joined', `${folder} has no ${siteFiles.settings}.`);
  const authority = new X509Certificate(readFileSync(join(folder, siteFiles.authority)));
  if (certificateFingerprint(authority.raw) !== fingerprint) throw new ConsiliumError('invalid-request', `${folder} belongs to a site of another federation.`);
  const lock = lockFolder(folder);
  try {
    return { memory: lastingMemoryOf(folder), [Symbol.dispose]: () => lock[Symbol.dispose]() };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}
