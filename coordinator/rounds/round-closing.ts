import type { Contribution } from '../contributions/contribution.ts';
import type { Conducting, Step } from '../runs/conducting.ts';
import { partsOf } from '../../shared/studies/round-purpose.ts';
import { standingMembers } from '../runs/standing-members.ts';
import { aggregateRound } from './round-aggregation.ts';
import type { Round } from './round.ts';
import { moveRound } from './round-transition.ts';

/** After a start, sites get this long to come back before a deadline that passed meanwhile counts. */
const graceAfterStartMs = 60_000;

/**
 * Closes a round when all members that still stand and have not declined are in, or at its deadline when the quorum is;
 * otherwise puts the deadline off as often as the plan allows, and then abandons the round. A closed round's set of
 * contributors is fixed, and its sums are written to disk.
 */
export async function closeRound(conducting: Conducting, round: Round): Promise<Step> {
  const { store, context, clock, startedAtMs } = conducting;
  const contributions = await store.read.contributions.list(round.id);
  const complete = contributorsOf(round, contributions);
  if (round.state === 'CLOSING') return aggregateRound(conducting, round, complete);

  const { rounds: rules, privacy } = context.study.plan;
  const expected = await expectedSites(conducting, round);
  const quorum = Math.max(rules.quorum, privacy.minimumContributors);
  const allIn = expected.every((site) => complete.includes(site));
  const deadlineAtMs = Math.max(round.deadlineAtMs, startedAtMs + Math.min(rules.deadlineSeconds * 1000, graceAfterStartMs));
  const late = clock.nowMs() >= deadlineAtMs;
  const indispensable = await indispensableSites(conducting, round);
  const enough = complete.length >= quorum && indispensable.every((site) => complete.includes(site));
  if (enough && (allIn || late)) return startClosing(conducting, round, complete);
  if (expected.length < quorum) {
    return abandon(conducting, round, `Only ${expected.length} of the ${quorum} sites that are needed take part.`);
  }
  const refusing = indispensable.filter((site) => !expected.includes(site));
  if (refusing.length > 0) return abandon(conducting, round, `Statistics of this study are opened over the same sites each time; missing: ${refusing.join(', ')}.`);
  if (!late) return { waitUntilMs: deadlineAtMs };
  const missing = expected.filter((site) => !complete.includes(site));
  if (round.extensions < rules.extensions) return extend(conducting, round, missing);
  return abandon(conducting, round, `At the deadline ${complete.length} of ${quorum} sites were in; missing: ${missing.join(', ')}.`);
}

/** Sites of which every part is in, in the order in which they were. */
export function contributorsOf(round: Round, contributions: readonly Contribution[]): string[] {
  const needed = partsOf(round.purpose).length;
  const bySite = Map.groupBy(contributions, ({ site }) => site);
  return [...bySite].filter(([, ofSite]) => ofSite.length === needed).map(([site]) => site);
}

async function expectedSites({ store, run }: Conducting, round: Round): Promise<string[]> {
  const members = await standingMembers(store.read, run.id);
  const declined = (await store.read.rounds.declines(run.id)).filter(({ assignment }) => assignment === offerId(round));
  return members.map(({ site }) => site).filter((site) => !declined.some((decline) => decline.site === site));
}

/** A round of statistics alone is of no use unless every site of the study's cohort is in. */
async function indispensableSites({ store, run }: Conducting, round: Round): Promise<string[]> {
  const epoch = await store.read.epochs.findByRun(run.id);
  if (!epoch || partsOf(round.purpose).includes('update')) return [];
  return (await store.read.manifests.cohort(run.study, epoch.rosterHash)) ?? [];
}

/** Names the offer of a round to its members. */
export function offerId(round: Round): string {
  return `contribute ${round.id} attempt ${round.attempt}`;
}

async function startClosing({ store, clock, tell }: Conducting, round: Round, contributors: readonly string[]): Promise<Step> {
  const moved = await store.transaction(async (tables) => {
    // A site may have been revoked, or another have come in, since the contributions were read.
    const present = contributorsOf(round, await tables.contributions.list(round.id));
    if (present.join() !== contributors.join()) return false;
    await moveRound(tables, round, 'CLOSING', { atMs: clock.nowMs(), detail: { contributors } });
    return true;
  });
  if (moved) tell('round-closing', { round: round.number, contributors });
  return 'moved';
}

async function extend({ store, clock, context, tell }: Conducting, round: Round, missing: readonly string[]): Promise<Step> {
  const atMs = clock.nowMs();
  const deadlineAtMs = atMs + context.study.plan.rounds.deadlineSeconds * 1000;
  await store.transaction(async ({ rounds, audit }) => {
    await rounds.update(round.id, { deadlineAtMs, extensions: round.extensions + 1 });
    await audit.append({ atMs, actor: 'coordinator', action: 'round extended', subject: round.id, detail: { missing } });
  });
  tell('round-extended', { round: round.number, missing });
  return { waitUntilMs: deadlineAtMs };
}

async function abandon({ store, spools, sums, clock, tell }: Conducting, round: Round, reason: string): Promise<Step> {
  await store.transaction((tables) => moveRound(tables, round, 'ABANDONED', { atMs: clock.nowMs(), change: { reason }, detail: { reason } }));
  sums.discard(round.id);
  await spools.discard(round.id);
  tell('round-abandoned', { round: round.number, reason });
  return 'moved';
}
