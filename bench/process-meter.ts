import { readFileSync } from 'node:fs';

/** What a process has used since it began, as the kernel of Linux counts it. */
export interface ProcessUse {
  /** Largest resident size (VmHWM). */
  readonly peakMiB: number;
  /** Resident size now. */
  readonly residentMiB: number;
  /** User and system time of all its threads. */
  readonly cpuSeconds: number;
}

const ticksPerSecond = 100; // USER_HZ, the same on every Linux
const kibPerMib = 1024;

/** @returns undefined where there is no /proc, or the process has ended */
export function processUse(pid: number): ProcessUse | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mib = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / kibPerMib;
    // The name, in brackets, may hold blanks; the rest does not.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return { peakMiB: mib('VmHWM'), residentMiB: mib('VmRSS'), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
