import { statfs } from 'node:fs/promises';
import { size } from '../../shared/command-line/quantities.ts';
import { notExamined, ok, warning, wrong, type Finding } from './finding.ts';

const mebibyte = 1024 * 1024;
const memoryMinBytes = 1024 * mebibyte;
const diskMinBytes = 1024 * mebibyte;

/** Memory that this process can still get, also in a container with a limit. */
export function checkMemory(): Finding {
  const freeBytes = process.availableMemory();
  const free = `${size(freeBytes)} of memory are free.`;
  return freeBytes >= memoryMinBytes ? ok('memory', free) : warning('memory', free, 'Small models may train; stop other programs or give the machine more for larger ones.');
}

/** @param minimumFreeBytes below which the agent lets rounds wait */
export async function checkDisk(folder: string, minimumFreeBytes = 0): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = `${size(bavail * bsize)} are free on the disk of ${folder}.`;
    if (bavail * bsize < minimumFreeBytes) return wrong('disk', `${free} Rounds wait until ${size(minimumFreeBytes)} are.`, 'Make room; what waits goes on by itself.');
    return bavail * bsize >= diskMinBytes ? ok('disk', free) : warning('disk', free, 'A round keeps the model and the contribution on disk; make room for a few times the size of the model.');
  } catch {
    return notExamined('disk', 'the folder');
  }
}
