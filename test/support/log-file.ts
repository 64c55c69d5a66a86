import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import { patience } from './patience.ts';

/** A line of a program's log, as JSON has it. */
export interface LoggedLine {
  readonly time: string;
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly code?: string;
  readonly [field: string]: unknown;
}

/** What a program that runs as a process of its own writes to its log. */
export class LogFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  lines(): LoggedLine[] {
    const whole = readFileSync(this.path, 'utf8').split('\n').slice(0, -1);
    return whole.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LoggedLine);
  }

  /** The first line, written already or later, for which this holds; fails when none comes, before the test would run out of time. */
  async find(wanted: (line: LoggedLine) => boolean): Promise<LoggedLine> {
    const watcher = watch(this.path);
    const signal = patience();
    try {
      for (;;) {
        const found = this.lines().find(wanted);
        if (found) return found;
        await once(watcher, 'change', { signal }).catch(() => {
          throw new Error(`${this.path} has no such line: ${wanted.toString()}`);
        });
      }
    } finally {
      watcher.close();
    }
  }
}
