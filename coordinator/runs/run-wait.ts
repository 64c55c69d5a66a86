import { isMajority } from '../../shared/statements/member-signature.ts';
import type { AwaitedTask } from '../../shared/studies/awaited-task.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';
import { closingId } from '../group-keys/epoch-change.ts';
import { awaitedKeyWork, keyPatienceMs } from '../group-keys/group-key-wait.ts';
import type { Epoch } from '../group-keys/epoch.ts';
import { studyStanding } from '../rosters/approval.ts';
import { agreementId } from '../rounds/round-agreement.ts';
import { contributorsOf, offerId } from '../rounds/round-closing.ts';
import { decryptionId } from '../rounds/round-decryption.ts';
import type { Round } from '../rounds/round.ts';
import type { AwaitedSite } from './awaited-site.ts';
import type { RunTables } from './run-tables.ts';
import { hasRunEnded, type Run } from './run.ts';
import { standingMembers } from './standing-members.ts';

/** What a run waits for that is not the coordinator's to do. */
export interface RunWait {
  /** Each with since when. */
  readonly sites: readonly AwaitedSite[];
  /** When something of the run moved last. */
  readonly sinceMs: number;
  /** When the waiting ends by itself; null when only the sites, or a person, can end it. */
  readonly untilMs: number | null;
  /** From when on the run counts as stuck. */
  readonly stuckAtMs: number;
}

/** Work without training takes seconds; no plan makes it usual that it takes longer than this. */
const promptMs = 3_600_000;

/**
 * What a run waits for, read from its state.
 *
 * @param startedAtMs when the coordinator started: what sites could not do while it was down is not held against them
 * @returns nothing when it is the coordinator's turn, or the run has ended
 */
export async function runWait(read: RunTables, plan: StudyPlan, run: Run, startedAtMs: number): Promise<RunWait | undefined> {
  const epoch = await read.epochs.findByRun(run.id);
  if (!epoch || hasRunEnded(run)) return undefined;
  const waiting: Waiting = { read, plan, run, epoch, startedAtMs, standing: (await standingMembers(read, run.id)).map(({ site }) => site) };
  if (run.state === 'KEYING') return keyWait(waiting);
  const round = await read.rounds.newest(run.id);
  switch (round?.state) {
    case 'OPEN':
    case 'COLLECTING':
      return contributionWait(waiting, round);
    case 'AGGREGATED':
      return agreementWait(waiting, round);
    case 'DECRYPTING':
      return decryptionWait(waiting, round);
    case 'PUBLISHED':
    case undefined:
      return rosterWait(waiting, round);
    default:
      return undefined;
  }
}

interface Waiting {
  readonly read: RunTables;
  readonly plan: StudyPlan;
  readonly run: Run;
  readonly epoch: Epoch;
  readonly startedAtMs: number;
  /** Members that still are who they were, by name. */
  readonly standing: readonly string[];
}

async function keyWait({ read, plan, epoch, startedAtMs }: Waiting): Promise<RunWait | undefined> {
  const sites = awaitedKeyWork(epoch, await read.epochs.members(epoch.number));
  const sinceMs = Math.max(...sites.map((site) => site.sinceMs));
  return waitOf(sites, sinceMs, plan, Math.max(sinceMs, startedAtMs) + keyPatienceMs(plan));
}

async function contributionWait({ read, plan, run, standing, startedAtMs }: Waiting, round: Round): Promise<RunWait | undefined> {
  const contributions = await read.contributions.list(round.id);
  const complete = contributorsOf(round, contributions);
  const declined = await declinersOf(read, run, offerId(round));
  const sites = awaited('contribution', standing.filter((site) => !complete.includes(site) && !declined.has(site)), round.openedAtMs);
  if (sites.length === 0) return undefined;
  const sinceMs = Math.max(round.openedAtMs, ...contributions.map(({ acceptedAtMs }) => acceptedAtMs));
  const firstDeadlineAtMs = Math.max(round.openedAtMs, startedAtMs) + plan.rounds.deadlineSeconds * 1000;
  return { sites, sinceMs, untilMs: round.deadlineAtMs, stuckAtMs: firstDeadlineAtMs };
}

async function agreementWait({ read, plan, run, standing, startedAtMs }: Waiting, round: Round): Promise<RunWait | undefined> {
  const manifests = await read.manifests.list(round.id);
  const declined = await declinersOf(read, run, agreementId(round));
  const hasSigned = (site: string) => manifests.every(({ signatures }) => signatures.some((signature) => signature.site === site));
  const sites = awaited('co-signature', standing.filter((site) => !hasSigned(site) && !declined.has(site)), round.stateAtMs);
  const isSigned = manifests.some(({ signatures }) => signatures.length > 0);
  return waitOf(sites, round.stateAtMs, plan, isSigned ? null : Math.max(round.stateAtMs, startedAtMs) + keyPatienceMs(plan));
}

async function decryptionWait({ read, plan, run, standing }: Waiting, round: Round): Promise<RunWait | undefined> {
  const declined = await declinersOf(read, run, decryptionId(round));
  const asked = (await read.decryptions.list(round.id)).filter(({ answer, site }) => answer === null && standing.includes(site) && !declined.has(site));
  const sites = asked.map(({ site, askedAtMs }): AwaitedSite => ({ site, task: 'decryption', sinceMs: askedAtMs }));
  return waitOf(sites, Math.max(round.stateAtMs, ...asked.map(({ askedAtMs }) => askedAtMs)), plan, null);
}

/** Between two rounds: signatures over the end of an epoch, or a roster without the members that are gone. */
async function rosterWait({ read, plan, run, epoch, standing }: Waiting, last: Round | undefined): Promise<RunWait | undefined> {
  const members = (await read.epochs.members(epoch.number)).map(({ site }) => site);
  const closing = await read.epochs.closing(epoch.number);
  if (closing) {
    const signed = closing.signatures.map(({ site }) => site);
    if (isMajority(signed.length, members.length)) return undefined;
    const declined = await declinersOf(read, run, closingId(epoch));
    const sites = awaited('epoch-closing', standing.filter((site) => !signed.includes(site) && !declined.has(site)), closing.proposedAtMs);
    return waitOf(sites, closing.proposedAtMs, plan, null);
  }
  const gone = members.filter((site) => !standing.includes(site));
  if (gone.length === 0) return undefined;
  const sinceMs = last?.stateAtMs ?? epoch.openedAtMs;
  const { newest, members: invited } = await studyStanding(read, run.study);
  const undecided = newest.hash === epoch.rosterHash ? [] : invited.filter(({ decision }) => decision?.decision !== 'approved').map(({ site }) => site);
  const sites = undecided.length > 0 ? awaited('approval', undecided, newest.submittedAtMs) : awaited('roster', gone, sinceMs);
  return { sites, sinceMs: Math.max(sinceMs, ...sites.map((site) => site.sinceMs)), untilMs: null, stuckAtMs: sinceMs };
}

function waitOf(sites: readonly AwaitedSite[], sinceMs: number, { rounds }: StudyPlan, untilMs: number | null): RunWait | undefined {
  return sites.length === 0 ? undefined : { sites, sinceMs, untilMs, stuckAtMs: sinceMs + Math.min(rounds.deadlineSeconds * 1000, promptMs) };
}

function awaited(task: AwaitedTask, sites: readonly string[], sinceMs: number): AwaitedSite[] {
  return sites.map((site) => ({ site, task, sinceMs }));
}

async function declinersOf({ rounds }: RunTables, run: Run, assignment: string): Promise<ReadonlySet<string>> {
  return new Set((await rounds.declines(run.id)).filter((decline) => decline.assignment === assignment).map(({ site }) => site));
}
