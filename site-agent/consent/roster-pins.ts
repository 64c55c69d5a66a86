import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { fingerprintMatches } from '../../shared/statements/key-fingerprint.ts';
import type { SignedRoster } from '../../shared/statements/roster.ts';
import type { KeyHolder, PinnedKeys } from './pinned-keys.ts';
import type { Policy } from './policy.ts';

/** How a key of a roster stands to what the hospital pinned. `own` is this site's key, which it need not pin. */
export type PinState = 'pinned' | 'not-pinned' | 'changed' | 'own';

export interface RosterPins {
  readonly members: readonly { readonly site: string; readonly signingKey: Uint8Array; readonly pin: PinState }[];
  readonly leadKey: PinState;
}

/** @param ownSite the name of this site; that its key is right was checked when the roster arrived */
export async function rosterPins(roster: SignedRoster, pins: PinnedKeys, { leadKeys = [] }: Policy, ownSite: string): Promise<RosterPins> {
  const state = async (holder: KeyHolder, key: Uint8Array): Promise<PinState> => {
    const pin = await pins.find(holder);
    if (!pin) return 'not-pinned';
    return fingerprintMatches(pin.fingerprint, key) ? 'pinned' : 'changed';
  };
  const members = await Promise.all(
    roster.members.map(async ({ site, signingKey }) => ({ site, signingKey, pin: site === ownSite ? ('own' as const) : await state({ site }, signingKey) })),
  );
  const leadKey = await state({ leadOf: roster.study }, roster.leadKey);
  const named = leadKey === 'not-pinned' && leadKeys.some((fingerprint) => fingerprintMatches(fingerprint, roster.leadKey));
  return { members, leadKey: named ? 'pinned' : leadKey };
}

/** Why a roster may not be approved, by nobody: a key that is not the pinned one, or one that nobody compared. */
export function pinProblem({ members, leadKey }: RosterPins): ConsiliumError | undefined {
  const named = (pin: PinState) => members.filter((member) => member.pin === pin).map(({ site }) => site).join(', ');
  if (named('changed')) return new ConsiliumError('peer-key-changed', `Member: ${named('changed')}.`);
  if (leadKey === 'changed') return new ConsiliumError('pinned-lead-key-changed');
  if (named('not-pinned')) return new ConsiliumError('peer-not-pinned', `Members: ${named('not-pinned')}.`);
  if (leadKey === 'not-pinned') return new ConsiliumError('lead-key-not-pinned');
  return undefined;
}
