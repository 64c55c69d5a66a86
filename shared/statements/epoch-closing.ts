import type { MemberSignature } from './member-signature.ts';
import type { SignedRoster } from './roster.ts';
import { epochStartValue, identityFields, type EpochIdentity, type EpochStart } from './run-statements.ts';
import type { StatementFields } from './statement.ts';

/** How an epoch ends: where the next one begins, and over which roster. */
export interface EpochClosing {
  readonly next: EpochStart;
  readonly nextRosterHash: string;
}

/** An epoch that has ended, and who of its members signed that. */
export interface ClosedEpoch {
  readonly number: number;
  readonly start: EpochStart;
  readonly roster: SignedRoster;
  readonly signatures: readonly MemberSignature[];
}

export const epochClosingDomain = 'consilium/epoch-closing/v1';

/** What members of the epoch that ends sign; more than half of them make it hold. */
export function epochClosingFields(identity: EpochIdentity, { next, nextRosterHash }: EpochClosing): StatementFields {
  return [...identityFields(identity), ['next', epochStartValue(next)], ['next-roster-hash', nextRosterHash]];
}
