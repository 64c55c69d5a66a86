import { statSync } from 'node:fs';
import { ConsiliumError, type Problem } from '../errors/consilium-error.ts';

const othersMask = 0o077;

/**
 * What lets others at these files and folders, each with the command that mends it; one that is not there is nothing to
 * mend. An owner is the user of this process or root. Windows has no permission bits: nothing is found there.
 */
export function loosePaths(paths: readonly string[]): Problem[] {
  return process.platform === 'win32' ? [] : paths.flatMap(looseness);
}

/** For whatever opens keys: what others could read or change is not trusted any more. @throws ConsiliumError `file-not-private` */
export function requireOwnerOnly(paths: readonly string[]): void {
  const problems = loosePaths(paths);
  if (problems.length > 0) throw new ConsiliumError('file-not-private', '', { problems });
}

function looseness(path: string): Problem[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  const user = process.geteuid?.();
  if (found.uid !== user && found.uid !== 0) return [{ path, message: `belongs to another user (number ${found.uid}); run: chown ${user} '${path}'` }];
  if ((found.mode & othersMask) !== 0) return [{ path, message: `is open to other users (mode ${(found.mode & 0o777).toString(8)}); run: chmod go-rwx '${path}'` }];
  return [];
}
