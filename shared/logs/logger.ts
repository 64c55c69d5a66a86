import { createLogger as createWinstonLogger, format, transports, type Logger as WinstonLogger, type transport } from 'winston';

/** Names and numbers that say what a line is about. Never a value from a patient row, a key or a token. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Each line has a message and fields; `child` adds fields such as run, round and site to every line. */
export interface Logger {
  error(message: string, fields?: LogFields, cause?: unknown): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface LogSettings {
  readonly level: LogLevel;
  /** One JSON object a line on standard error, or lines for a person who watches. */
  readonly terminal: 'json' | 'human' | 'none';
  /** Also appended to this file, as JSON. */
  readonly file?: string | undefined;
}

export function createLogger(settings: LogSettings): Logger {
  const outputs: transport[] = [];
  if (settings.terminal !== 'none') outputs.push(new transports.Stream({ stream: process.stderr, format: settings.terminal === 'json' ? jsonLines : humanLines }));
  if (settings.file !== undefined) outputs.push(new transports.File({ filename: settings.file, format: jsonLines }));
  return new WinstonBridge(createWinstonLogger({ level: settings.level, transports: outputs, silent: outputs.length === 0 }), {});
}

class WinstonBridge implements Logger {
  readonly #winston: WinstonLogger;
  readonly #fields: LogFields;

  constructor(winston: WinstonLogger, fields: LogFields) {
    this.#winston = winston;
    this.#fields = fields;
  }

  error(message: string, fields?: LogFields, cause?: unknown): void {
    this.#log('error', message, cause === undefined ? fields : { ...fields, cause: describeCause(cause) });
  }

  warn(message: string, fields?: LogFields): void {
    this.#log('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields);
  }

  child(fields: LogFields): Logger {
    return new WinstonBridge(this.#winston, { ...this.#fields, ...fields });
  }

  #log(level: LogLevel, message: string, fields: LogFields = {}): void {
    this.#winston.log({ level, message, fields: { ...this.#fields, ...fields } });
  }
}

const jsonLines = format.printf(({ level, message, fields }) => JSON.stringify({ time: new Date().toISOString(), level, message, ...(fields as LogFields) }));

const humanLines = format.printf(({ level, message, fields }) => {
  const time = new Date().toISOString().slice(11, 19);
  const details = Object.entries(fields as LogFields).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}`);
  return [time, level.padEnd(5), message, ...details].join(' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
});

/** The chain of causes with the stack of the innermost, in one string. */
function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause === undefined) return cause.stack ?? cause.message;
  return `${cause.name}: ${cause.message} <- ${describeCause(cause.cause)}`;
}

/** For tests and for code that runs without an operator. */
export const silentLogger: Logger = createLogger({ level: 'error', terminal: 'none' });
