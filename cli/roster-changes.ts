import { equalBytes } from '../shared/statements/digest.ts';
import type { RosterMember } from '../shared/statements/roster.ts';

export interface RosterChanges {
  readonly joined: readonly string[];
  readonly left: readonly string[];
  /** Members under another key than before. */
  readonly rekeyed: readonly string[];
}

/** What the next roster changes; against no roster at all, everybody joins. */
export function rosterChanges(before: readonly RosterMember[], after: readonly RosterMember[]): RosterChanges {
  const keyBefore = new Map(before.map(({ site, signingKey }) => [site, signingKey]));
  const stays = new Set(after.map(({ site }) => site));
  return {
    joined: after.filter(({ site }) => !keyBefore.has(site)).map(({ site }) => site),
    left: before.filter(({ site }) => !stays.has(site)).map(({ site }) => site),
    rekeyed: after.filter(({ site, signingKey }) => keyBefore.has(site) && !equalBytes(keyBefore.get(site)!, signingKey)).map(({ site }) => site),
  };
}

export function isUnchanged({ joined, left, rekeyed }: RosterChanges): boolean {
  return joined.length + left.length + rekeyed.length === 0;
}

/** `+ north`, `- south`, `! mercy has another key`: a line for each change. */
export function changeLines({ joined, left, rekeyed }: RosterChanges): string[] {
  return [...joined.map((site) => `+ ${site}`), ...left.map((site) => `- ${site}`), ...rekeyed.map((site) => `! ${site} has another key`)];
}
