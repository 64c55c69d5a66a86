import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { equalBytes } from '../../shared/statements/digest.ts';
import { epochClosingDomain, epochClosingFields } from '../../shared/statements/epoch-closing.ts';
import { firstEpochStart } from '../../shared/statements/epoch-start.ts';
import { isMajority, signersOf } from '../../shared/statements/member-signature.ts';
import { rosterHash, type RosterMember, type SignedRoster } from '../../shared/statements/roster.ts';
import type { EpochStart } from '../../shared/statements/run-statements.ts';
import type { EpochClosingRequest, EpochRoster } from '../assignments/assignment.ts';
import type { PinnedEpoch } from '../runs/site-runs.ts';
import { assertStated } from './ground.ts';
import type { ManifestChains } from './manifest-chain.ts';

/**
 * Checks how an epoch is to end: with what its last round led to, with the manifests that this site knows, and for a later
 * roster of the same lead.
 *
 * @param heads newest manifests that this site signed in the run
 * @throws epoch-mismatch, outcome-not-signed, manifest-chain-broken, lead-key-changed, roster-out-of-date
 */
export function assertClosing({ run, epoch, next, nextRoster, outcome }: EpochClosingRequest, pinned: PinnedEpoch, heads: ManifestChains): void {
  if (run !== pinned.run || epoch !== pinned.epoch) throw new ConsiliumError('epoch-mismatch', `The site holds the key of epoch ${pinned.epoch}.`);
  assertStated(next, next.round, outcome, pinned);
  for (const part of ['update', 'statistics'] as const) {
    const last = heads[part];
    const unseen = last ? last.number < next.round - 1 : next.round > pinned.start.round;
    if (last && last.number >= next.round) throw new ConsiliumError('manifest-chain-broken', `This site signed one for round ${last.number}, which the epoch's end leaves out.`);
    if (!unseen && next.manifests[part] !== (last?.manifest ?? pinned.start.manifests[part])) throw new ConsiliumError('manifest-chain-broken', "The epoch's end names another one.");
  }
  assertLaterRoster(nextRoster, pinned.roster);
}

/**
 * Checks that an epoch continues the one before it in its run: more than half of that one's members signed exactly this
 * beginning. The first epoch of a run begins at its first round, with nothing but initial weights; one that is pinned already was checked.
 *
 * @param pinned what this site pinned the run to before, when it did
 * @param known of the members of the epoch before, those whose keys the hospital knows: only they count where the site was not in that epoch
 * @throws epoch-not-closed, lead-key-changed, roster-out-of-date
 */
export function assertContinues(epoch: EpochRoster, pinned: PinnedEpoch | undefined, known: readonly RosterMember[]): void {
  const { closed, start, roster } = epoch;
  if (pinned?.epoch === epoch.epoch) return;
  if (!closed) {
    if (pinned || start.round > 0) throw new ConsiliumError('epoch-not-closed', 'Nobody signed the end of the one before.');
    if (!isSameStart(start, firstEpochStart(start.version))) throw new ConsiliumError('epoch-not-closed', 'It is the first of its run, and begins with what comes of earlier rounds.');
    return;
  }
  const before = { ...epoch, epoch: closed.number, rosterHash: rosterHash(closed.roster), start: closed.start };
  const wasInIt = pinned?.epoch === closed.number;
  const mayFollow = wasInIt ? pinned.rosterHash === before.rosterHash && isSameStart(pinned.start, closed.start) : (pinned?.epoch ?? 0) < closed.number;
  if (!mayFollow) throw new ConsiliumError('epoch-not-closed', 'It follows another one than this site knows.');
  const fields = epochClosingFields(before, { next: start, nextRosterHash: epoch.rosterHash });
  const signers = signersOf(wasInIt ? closed.roster.members : known, epochClosingDomain, fields, closed.signatures);
  if (!isMajority(signers.size, closed.roster.members.length)) {
    throw new ConsiliumError('epoch-not-closed', `${signers.size} of ${closed.roster.members.length} members, with keys that are known here, signed the end of the one before.`);
  }
  assertLaterRoster(roster, closed.roster);
}

function assertLaterRoster(roster: SignedRoster, before: SignedRoster): void {
  if (!equalBytes(roster.leadKey, before.leadKey)) throw new ConsiliumError('lead-key-changed', `The study is ${roster.study}.`);
  if (roster.version <= before.version) throw new ConsiliumError('roster-out-of-date', `Version ${roster.version} came after ${before.version}.`);
}

function isSameStart(left: EpochStart, right: EpochStart): boolean {
  const text = ({ round, version, parametersHash, manifests }: EpochStart) => [round, version, parametersHash, manifests.update, manifests.statistics].join();
  return text(left) === text(right);
}
