import { asConsiliumError, type Problem } from '../../shared/errors/consilium-error.ts';

/** What one step of `check` found. */
export interface Finding {
  /** What was looked at: `folder`, `settings`, `tcp`, `data set heart`. */
  readonly step: string;
  /** `warning` lets the site run; `not-examined` is a step that could not be tried because an earlier one is wrong. */
  readonly result: 'ok' | 'warning' | 'wrong' | 'not-examined';
  readonly message: string;
  /** What to do about it; empty when there is nothing to do. */
  readonly next: string;
}

export function ok(step: string, message: string): Finding {
  return { step, result: 'ok', message, next: '' };
}

export function warning(step: string, message: string, next: string): Finding {
  return { step, result: 'warning', message, next };
}

export function wrong(step: string, message: string, next: string): Finding {
  return { step, result: 'wrong', message, next };
}

export function notExamined(step: string, because: string): Finding {
  return { step, result: 'not-examined', message: `Not examined, because ${because} is not right.`, next: '' };
}

/** A step that ended with an error. */
export function failed(step: string, error: unknown): Finding {
  const { message, problems, entry } = asConsiliumError(error);
  return wrong(step, [message, ...problems.map(problemText)].join(' '), entry.next);
}

/** A problem as a sentence: `heart.csv:17:chol: is not a number.` */
export function problemText({ path, message }: Problem): string {
  return `${path}: ${message}${message.endsWith('.') ? '' : '.'}`;
}
