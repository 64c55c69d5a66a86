import { isMajority } from '../../shared/statements/member-signature.ts';
import { keyPatienceMs } from '../group-keys/group-key-wait.ts';
import type { CoSignedManifest } from '../manifests/manifest.ts';
import type { Conducting, Step } from '../runs/conducting.ts';
import { standingMembers } from '../runs/standing-members.ts';
import { declineText } from './decline-text.ts';
import type { Round } from './round.ts';
import { moveRound } from './round-transition.ts';

/** Waits until enough members have signed what makes up the sum; when too many refuse, or nobody signs in time, the round is given up. */
export async function agreeRound({ store, run, context, clock, startedAtMs, tell }: Conducting, round: Round): Promise<Step> {
  const manifests = await store.read.manifests.list(round.id);
  const epoch = await store.read.epochs.findByRun(run.id);
  const members = epoch ? (await store.read.epochs.members(epoch.number)).map(({ site }) => site) : [];
  const { minimumContributors } = context.study.plan.privacy;
  const atMs = clock.nowMs();
  if (manifests.every((manifest) => mayBeOpened(manifest, signersOf(manifest), members.length, minimumContributors))) {
    const signers = members.filter((site) => manifests.every((manifest) => signersOf(manifest).includes(site)));
    await store.transaction((tables) => moveRound(tables, round, 'DECRYPTING', { atMs, detail: { signers } }));
    tell('round-agreed', { round: round.number, signers });
    return 'moved';
  }
  const refusals = (await store.read.rounds.declines(run.id)).filter(({ assignment }) => assignment === agreementId(round));
  const standing = (await standingMembers(store.read, run.id)).map(({ site }) => site);
  const willing = standing.filter((site) => !refusals.some((refusal) => refusal.site === site));
  const possible = (manifest: CoSignedManifest) => [...new Set([...signersOf(manifest), ...willing])];
  if (manifests.every((manifest) => mayBeOpened(manifest, possible(manifest), members.length, minimumContributors))) {
    // Who has signed may not sign another set for this base: from the first signature on, the round goes forward or the run ends.
    if (manifests.some(({ signatures }) => signatures.length > 0)) return 'waiting';
    const untilMs = Math.max(round.stateAtMs, startedAtMs) + keyPatienceMs(context.study.plan);
    if (atMs < untilMs) return { waitUntilMs: untilMs };
    return abandon(`No site signed what makes up the sum in time; the run waited for ${willing.join(', ')}.`);
  }
  const missing = [
    ...refusals.map(declineText),
    ...members.filter((site) => !standing.includes(site)).map((site) => `${site} was revoked, or enrolled anew with other keys.`),
  ];
  return abandon(`Too few sites sign what makes up the sum. ${missing.join(' ')}`);

  async function abandon(reason: string): Promise<Step> {
    await store.transaction((tables) => moveRound(tables, round, 'ABANDONED', { atMs, change: { reason }, detail: { reason } }));
    tell('round-abandoned', { round: round.number, reason });
    return 'moved';
  }
}

/** Names the request to sign a round's manifests. */
export function agreementId(round: Round): string {
  return `co-sign ${round.id} attempt ${round.attempt}`;
}

function signersOf({ signatures }: CoSignedManifest): string[] {
  return signatures.map(({ site }) => site);
}

function mayBeOpened({ manifest }: CoSignedManifest, signers: readonly string[], members: number, minimumContributors: number): boolean {
  const contributing = manifest.contributions.filter(({ site }) => signers.includes(site)).length;
  return isMajority(signers.length, members) && contributing >= minimumContributors;
}
