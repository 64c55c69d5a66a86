import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

/** The states of a round, and where each can go. Rules that move a round ask here; nothing else decides. */
export const roundStates = {
  /** In the plan's schedule, not offered yet: a round of the future has no record of its own. */
  PLANNED: { next: ['OPEN'] },
  /** Offered to the members; nothing has come in. */
  OPEN: { next: ['COLLECTING', 'CLOSING', 'ABANDONED'] },
  /** At least one contribution is in. */
  COLLECTING: { next: ['CLOSING', 'ABANDONED'] },
  /** No more contributions are taken; the set is fixed. */
  CLOSING: { next: ['AGGREGATED', 'ABANDONED'] },
  /** The sum is on disk under its digest. */
  AGGREGATED: { next: ['DECRYPTING', 'ABANDONED'] },
  /** Decryptors are asked. From here nothing leads to a reopening: the set of contributors was shown to sites. */
  DECRYPTING: { next: ['VERIFIED', 'ABANDONED'] },
  /** Two sites agree on what the sum is. A run that ends in this very moment takes the round with it. */
  VERIFIED: { next: ['PUBLISHED', 'ABANDONED'] },
  /** The result is the base of the next round. */
  PUBLISHED: { next: [] },
  /** Given up, with a reason; its contributions are never opened. */
  ABANDONED: { next: [] },
} as const satisfies Record<string, { next: readonly string[] }>;

export type RoundState = keyof typeof roundStates;

/** States in which a round is over. */
export function hasEnded(state: RoundState): boolean {
  return roundStates[state].next.length === 0;
}

/** Whether sites are at work in it: each has been told of all that it has to do in this state. */
export function isUnderWay(state: RoundState): boolean {
  return state !== 'PLANNED' && !hasEnded(state);
}

export function takesContributions(state: RoundState): boolean {
  return state === 'OPEN' || state === 'COLLECTING';
}

/** @throws transition-not-allowed */
export function assertTransition(from: RoundState, to: RoundState): void {
  if (!(roundStates[from].next as readonly string[]).includes(to)) {
    throw new ConsiliumError('transition-not-allowed', `A round does not go from ${from} to ${to}.`);
  }
}
