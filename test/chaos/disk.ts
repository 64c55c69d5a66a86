import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.ts';

const diskMiB = 96;
const block = Buffer.alloc(64 * 1024);

/** A small disk of memory that can be filled to its last byte. */
export class Disk implements Disposable {
  readonly path: string;
  /** Why it is an ordinary folder, which cannot be filled; nothing when it is a disk. */
  readonly unmounted: string | undefined;
  readonly #folder = temporaryFolder();

  readonly #unmount = () => spawnSync('umount', ['--lazy', this.path]);

  constructor() {
    this.path = this.#folder.path;
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMiB}m,mode=0700`, 'tmpfs', this.path], { encoding: 'utf8' });
    this.unmounted = mounted.status === 0 ? undefined : (mounted.error?.message ?? mounted.stderr.trim());
    if (this.unmounted === undefined) process.once('exit', this.#unmount);
  }

  /** Takes all room that there is. @returns false where it cannot be filled */
  fill(): boolean {
    if (this.unmounted !== undefined) return false;
    const ballast = openSync(this.#ballast, 'w');
    try {
      for (;;) writeSync(ballast, block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      return true;
    } finally {
      closeSync(ballast);
    }
  }

  /** Gives the room back. */
  empty(): void {
    rmSync(this.#ballast, { force: true });
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#unmount);
    if (this.unmounted === undefined) this.#unmount();
    this.#folder[Symbol.dispose]();
  }

  get #ballast(): string {
    return join(this.path, 'ballast');
  }
}
