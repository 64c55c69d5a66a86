import type { SignedRoster } from '../../shared/statements/roster.ts';

/** What is different in a roster, in words; nothing when all members and keys are the same. */
export function rosterChanges(before: SignedRoster, after: SignedRoster): string[] {
  const [old, now] = [keysBySite(before), keysBySite(after)];
  const changes: string[] = [];
  for (const site of now.keys()) if (!old.has(site)) changes.push(`${site} is new`);
  for (const site of old.keys()) if (!now.has(site)) changes.push(`${site} has left`);
  for (const [site, key] of now) if (old.has(site) && old.get(site) !== key) changes.push(`${site} has another key`);
  if (!Buffer.from(before.leadKey).equals(after.leadKey)) changes.push('the lead key is another one');
  if (before.planHash !== after.planHash) changes.push('the plan is another one');
  return changes;
}

function keysBySite({ members }: SignedRoster): Map<string, string> {
  return new Map(members.map(({ site, signingKey }) => [site, Buffer.from(signingKey).toString('hex')]));
}
