import type { ErrorCode } from '../errors/catalogue.ts';

export interface ThreadQuestion<Question> {
  readonly number: number;
  readonly question: Question;
}

/** Errors lose their class on the way between threads; code and detail are what is made of them again. */
export interface ThreadFailure {
  readonly code: ErrorCode;
  readonly detail: string;
  /** Stack and causes, for the log: what was thrown need not be clonable. */
  readonly cause: string;
}

export type ThreadAnswer<Answer> = { readonly number: number } & ({ readonly answer: Answer } | { readonly failure: ThreadFailure });
