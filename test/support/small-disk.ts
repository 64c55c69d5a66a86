import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** A file system of its own that is soon full; unmounted with its scope, also when the test fails. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Fills it but for so many bytes. */
  fill(leaveBytes?: number): void;
  /** Takes away what filled it. */
  empty(): void;
}

/** Why there can be no small disk here; empty when there can. */
export const noSmallDisk = process.platform === 'linux' && process.geteuid?.() === 0 && mayMount() ? '' : 'only root may mount a file system';

export function smallDisk(mebibytes: number): SmallDisk {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=700`, 'consilium-test', folder.path]);
  const filler = join(folder.path, 'filler');
  return {
    path: folder.path,
    fill: (leaveBytes = 0) => {
      const { bavail, bsize } = statfsSync(folder.path);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)), { flag: 'a' });
    },
    empty: () => rmSync(filler, { force: true }),
    [Symbol.dispose]: () => {
      execFileSync('umount', ['--lazy', folder.path]);
      folder[Symbol.dispose]();
    },
  };
}

/** Containers often have a root who may not. */
function mayMount(): boolean {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'consilium-test', folder.path], { stdio: 'ignore' });
    execFileSync('umount', [folder.path]);
    return true;
  } catch {
    return false;
  } finally {
    folder[Symbol.dispose]();
  }
}
