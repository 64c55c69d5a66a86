import type { Contribution } from '../contributions/contribution.ts';
import type { Aggregate } from '../decryptions/decryption.ts';
import type { Conducting, Step } from '../runs/conducting.ts';
import { partsOf } from '../../shared/studies/round-purpose.ts';
import type { Round } from './round.ts';
import { moveRound } from './round-transition.ts';

/** After a start, sites get this long to come back before a deadline that passed meanwhile counts. */
const graceAfterStartMs = 60_000;

/**
 * Closes a round when all members that have not declined are in, or at its deadline when the quorum is; otherwise puts the
 * deadline off as often as the plan allows, and then abandons the round. A closed round's set of contributors is
 * fixed, and its sums are written to disk.
 */
export async function closeRound(conducting: Conducting, round: Round): Promise<Step> {
  const { store, context, clock, startedAtMs } = conducting;
  const contributions = await store.read.contributions.list(round.id);
  const complete = contributorsOf(round, contributions);
  if (round.state === 'CLOSING') return aggregate(conducting, round, contributions.filter(({ site }) => complete.includes(site)));

  const { rounds: rules, privacy } = context.study.plan;
  const expected = await expectedSites(conducting, round);
  const quorum = Math.max(rules.quorum, privacy.minimumContributors);
  const allIn = expected.every((site) => complete.includes(site));
  const deadlineAtMs = Math.max(round.deadlineAtMs, startedAtMs + Math.min(rules.deadlineSeconds * 1000, graceAfterStartMs));
  const late = clock.nowMs() >= deadlineAtMs;
  if (complete.length >= quorum && (allIn || late)) return startClosing(conducting, round, complete);
  if (expected.length < quorum) {
    return abandon(conducting, round, `Only ${expected.length} of the ${quorum} sites that are needed take part.`);
  }
  if (!late) return { waitUntilMs: deadlineAtMs };
  if (round.extensions < rules.extensions) return extend(conducting, round, expected.filter((site) => !complete.includes(site)));
  const missing = expected.filter((site) => !complete.includes(site));
  return abandon(conducting, round, `At the deadline ${complete.length} of ${quorum} sites were in; missing: ${missing.join(', ')}.`);
}

/** Sites of which every part is in, in the order in which they were. */
export function contributorsOf(round: Round, contributions: readonly Contribution[]): string[] {
  const needed = partsOf(round.purpose).length;
  const bySite = Map.groupBy(contributions, ({ site }) => site);
  return [...bySite].filter(([, ofSite]) => ofSite.length === needed).map(([site]) => site);
}

async function expectedSites({ store, run }: Conducting, round: Round): Promise<string[]> {
  const epoch = await store.read.epochs.findByRun(run.id);
  const members = epoch ? await store.read.epochs.members(epoch.number) : [];
  const declined = (await store.read.rounds.declines(run.id)).filter(({ assignment }) => assignment === offerId(round));
  return members.map(({ site }) => site).filter((site) => !declined.some((decline) => decline.site === site));
}

/** Names the offer of a round to its members. */
export function offerId(round: Round): string {
  return `contribute ${round.id} attempt ${round.attempt}`;
}

async function startClosing({ store, clock, tell }: Conducting, round: Round, contributors: readonly string[]): Promise<Step> {
  await store.transaction((tables) => moveRound(tables, round, 'CLOSING', { atMs: clock.nowMs(), detail: { contributors } }));
  tell('round-closing', { round: round.number, contributors });
  return 'moved';
}

async function aggregate({ store, sums, clock }: Conducting, round: Round, contributions: readonly Contribution[]): Promise<Step> {
  const aggregates: Aggregate[] = [];
  for (const part of partsOf(round.purpose)) {
    const digests = contributions.filter((contribution) => contribution.part === part).map(({ digest }) => digest);
    aggregates.push({ round: round.id, part, digest: await sums.aggregate(round.id, part, digests) });
  }
  await store.transaction(async (tables) => {
    for (const sum of aggregates) await tables.decryptions.insertAggregate(sum);
    await moveRound(tables, round, 'AGGREGATED', { atMs: clock.nowMs(), detail: { aggregates: aggregates.map(({ part, digest }) => ({ part, digest })) } });
  });
  sums.discard(round.id);
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

async function abandon({ store, sums, clock, tell }: Conducting, round: Round, reason: string): Promise<Step> {
  await store.transaction((tables) => moveRound(tables, round, 'ABANDONED', { atMs: clock.nowMs(), change: { reason }, detail: { reason } }));
  sums.discard(round.id);
  tell('round-abandoned', { round: round.number, reason });
  return 'moved';
}
