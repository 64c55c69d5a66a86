import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** Processes with this line in their environment, once they had time to end; Linux only. */
export async function processesWith(environmentLine: string, patienceMs: number): Promise<number[]> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const has = await Promise.all(pids.map(async (pid) => (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).split('\0').includes(environmentLine)));
    const found = pids.filter((_pid, index) => has[index]).map(Number);
    if (found.length === 0 || performance.now() > endMs) return found;
    await setTimeout(50);
  }
}
