import { size } from '../../shared/command-line/quantities.ts';
import type { Policy } from './policy.ts';

/** What each setting of a policy means, in words. */
const meanings: { readonly [Setting in keyof Required<Policy>]: (value: NonNullable<Policy[Setting]>) => string } = {
  studies: (mode) =>
    mode === 'ask'
      ? 'A person approves each study and each change of it.'
      : 'A study that keeps all limits is approved without asking, if the keys of all members and the lead key are pinned.',
  dataSets: (names) => (names.length === 0 ? 'No data set may be read.' : `Studies may read ${names.join(', ')} and no other data set.`),
  purposes: (purposes) => `Rounds may be held for ${purposes.join(', ')} and nothing else.`,
  minimumTrainingSamples: (rows) => `The site takes part only with ${rows} or more training rows of its own.`,
  minimumContributors: (sites) => `No sum may be opened over fewer than ${sites} sites.`,
  maximumRounds: (rounds) => `A run may have at most ${rounds} rounds.`,
  maximumBytesPerDay: (bytes) => `Within 24 hours at most ${bytes} bytes (${size(bytes)}) derived from data may leave.`,
  hours: ({ from, to, timeZone }) => `Rounds are taken from ${from} to ${to}${to < from ? ' of the next day' : ''}, ${timeZone}.`,
  maximumModelParameters: (parameters) => `A model may have at most ${parameters} parameters.`,
  members: (sites) => `Rosters may name ${sites.length === 0 ? 'nobody else' : sites.join(', ')} beside this site.`,
  leadKeys: (keys) => `Rosters have to be signed with one of ${keys.length} lead keys.`,
};

const missing: { readonly [Setting in keyof Policy]?: string } = {
  dataSets: 'Studies may read any data set of site.json.',
  purposes: 'Rounds may be held for any purpose.',
  maximumRounds: 'A run may have any number of rounds.',
  maximumBytesPerDay: 'Any number of bytes may leave.',
  hours: 'Rounds are taken at any hour.',
  maximumModelParameters: 'A model may have any size.',
  members: 'Rosters may name any site whose key is pinned.',
  leadKeys: 'Rosters may be signed with any lead key that is pinned.',
};

/** The whole policy, a sentence for each setting, also for those that are left out. */
export function policyLines(policy: Policy): string[] {
  return Object.keys(meanings).flatMap((setting) => settingLine(policy, setting as keyof Policy) ?? []);
}

/** One setting as a sentence; nothing where there is nothing to say. */
export function settingLine<Setting extends keyof Policy>(policy: Policy, setting: Setting): string | undefined {
  const value = policy[setting];
  return value === undefined ? missing[setting] : meanings[setting](value);
}
