import { rmSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIfThere } from '../../shared/files/durable-file.ts';
import { lockFolder } from '../../shared/files/folder-lock.ts';
import type { PayloadInventory, StoredPayload } from '../retention/payload-inventory.ts';

const folderForm = /^[0-9a-f]{2}$/;
const fileForm = /^[0-9a-f]{62}$/;

/** The files of PayloadFiles, as they lie: `ab/cdef...`. What is still coming in has other names, and is left alone. */
export class PayloadFolder implements PayloadInventory {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(): Promise<StoredPayload[]> {
    const found: StoredPayload[] = [];
    for (const first of namesIfThere(this.#folder).filter((name) => folderForm.test(name))) {
      for (const rest of namesIfThere(join(this.#folder, first)).filter((name) => fileForm.test(name))) {
        const file = await stat(join(this.#folder, first, rest)).catch(() => undefined); // removed since it was listed
        if (file) found.push({ digest: first + rest, bytes: file.size, savedAtMs: file.mtimeMs });
      }
    }
    return found;
  }

  /** Nothing else of this process happens between the look at the file and its end. */
  remove({ digest, savedAtMs }: StoredPayload): boolean {
    const path = join(this.#folder, digest.slice(0, 2), digest.slice(2));
    if (statSync(path, { throwIfNoEntry: false })?.mtimeMs !== savedAtMs) return false;
    rmSync(path);
    return true;
  }

  lock(waitMs: number): Disposable {
    return lockFolder(this.#folder, waitMs);
  }
}
