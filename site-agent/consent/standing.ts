import type { Decision } from './decisions.ts';

/** What an approval is about. */
export interface Terms {
  readonly planHash: string;
  readonly rosterHash: string;
}

export type StudyTerms = Terms & { readonly study: string };

export function sameTerms(left: Terms, right: Terms): boolean {
  return left.planHash === right.planHash && left.rosterHash === right.rosterHash;
}

/**
 * The decisions that count, in order. The policy never approves again what a person refused or took back: also not when
 * both decided at the same moment and the policy's decision was written last.
 *
 * @param history of one study, from the oldest to the newest
 */
export function effectiveDecisions(history: readonly Decision[]): Decision[] {
  const effective: Decision[] = [];
  for (const entry of history) {
    const standing = lastAbout(effective, entry);
    const overruled = entry.decidedBy === 'policy' && entry.decision === 'approved' && standing?.decidedBy === 'person';
    if (!overruled) effective.push(entry);
  }
  return effective;
}

/** What holds for exactly this plan and this roster: a withdrawal holds for the study, whatever its terms. */
export function decisionAbout(history: readonly Decision[], terms: Terms): Decision | undefined {
  return lastAbout(effectiveDecisions(history), terms);
}

/** The approval under which new runs may begin: the newest that was not refused or withdrawn afterwards. */
export function approvalInForce(history: readonly Decision[]): Decision | undefined {
  const effective = effectiveDecisions(history);
  const last = effective.findLast(({ decision }) => decision !== 'refused');
  return last?.decision === 'approved' && lastAbout(effective, last) === last ? last : undefined;
}

/** Whether the hospital took back what it had said about the study, and no person has approved anything of it since. */
export function isWithdrawn(history: readonly Decision[]): boolean {
  return withdrawalInForce(history) !== undefined;
}

/** The decision by which it did. */
export function withdrawalInForce(history: readonly Decision[]): Decision | undefined {
  const last = effectiveDecisions(history).findLast(({ decision }) => decision !== 'refused');
  return last?.decision === 'withdrawn' ? last : undefined;
}

function lastAbout(effective: readonly Decision[], terms: Terms): Decision | undefined {
  return effective.findLast((entry) => entry.decision === 'withdrawn' || sameTerms(entry, terms));
}
