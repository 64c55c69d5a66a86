import { catalogue, type CatalogueEntry, type ErrorCode } from './catalogue.ts';

/** One thing that is wrong, and where: a path into a plan, or a file, row and column. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/**
 * The one error class. `detail` is public and follows the catalogue's text, so it must not hold
 * a value from a patient row; the `cause` goes to the log only.
 */
export class ConsiliumError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, detail = '', options: { problems?: readonly Problem[]; cause?: unknown } = {}) {
    super([catalogue[code].text, detail].filter(Boolean).join(' '), { cause: options.cause });
    this.name = 'ConsiliumError';
    this.code = code;
    this.detail = detail;
    this.problems = options.problems ?? [];
  }

  get entry(): CatalogueEntry {
    return catalogue[this.code];
  }

  /** What a person reads on a terminal: what happened, each problem on its line, what to do next. */
  forPerson(): string {
    const lines = [this.message, ...this.problems.map(({ path, message }) => `  ${path}: ${message}`), this.entry.next];
    return lines.join('\n');
  }

  toJSON(): object {
    return { code: this.code, message: this.message, next: this.entry.next, problems: this.problems };
  }
}

/** Any thrown value as a ConsiliumError; what is not one already becomes `internal` with the value as its cause. */
export function asConsiliumError(thrown: unknown): ConsiliumError {
  return thrown instanceof ConsiliumError ? thrown : new ConsiliumError('internal', '', { cause: thrown });
}
