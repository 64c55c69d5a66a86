import type { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Caller } from './caller.ts';

/** Whom an access token stands for, and why it is of no use where it is not. */
export interface Identity extends Caller {
  readonly refusal?: ConsiliumError;
}

/** One way in which a token tells who calls. */
export interface IdentitySource {
  /** Nothing when the token is not one of this source's: the caller then learns no more than that it is refused. */
  identify(token: string): Promise<Identity | undefined>;
}
