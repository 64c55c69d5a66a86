import type { LogFields, Logger } from '../../shared/logs/logger.ts';

export interface LogLine {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps everything that is logged, and lets a test wait for a line. */
export class LogLines implements Logger {
  readonly lines: LogLine[];
  readonly #fields: LogFields;
  readonly #watchers: Set<(line: LogLine) => void>;

  constructor(parent?: LogLines, fields: LogFields = {}) {
    this.lines = parent?.lines ?? [];
    this.#watchers = parent ? parent.#watchers : new Set();
    this.#fields = parent ? { ...parent.#fields, ...fields } : fields;
  }

  error(message: string, fields?: LogFields): void {
    this.#add('error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#add('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#add('info', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#add('debug', message, fields);
  }

  child(fields: LogFields): Logger {
    return new LogLines(this, fields);
  }

  /** The first line, logged already or later, for which this holds. */
  find(wanted: (line: LogLine) => boolean): Promise<LogLine> {
    const known = this.lines.find(wanted);
    if (known) return Promise.resolve(known);
    return new Promise((resolve) => {
      const watcher = (line: LogLine): void => {
        if (!wanted(line)) return;
        this.#watchers.delete(watcher);
        resolve(line);
      };
      this.#watchers.add(watcher);
    });
  }

  #add(level: LogLine['level'], message: string, fields: LogFields = {}): void {
    const line = { level, message, fields: { ...this.#fields, ...fields } };
    this.lines.push(line);
    for (const watcher of [...this.#watchers]) watcher(line);
  }
}
