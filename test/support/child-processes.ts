import { readFile } from 'node:fs/promises';

/** Processes that a process has started and that have not ended; Linux only. */
export async function childPids(of = process.pid): Promise<number[]> {
  const children = await readFile(`/proc/${of}/task/${of}/children`, 'utf8').catch(() => '');
  return children.trim().split(' ').filter((pid) => pid !== '').map(Number);
}
