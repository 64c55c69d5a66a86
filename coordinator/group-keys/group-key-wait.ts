import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { awaitedTasks } from '../../shared/studies/awaited-task.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';
import { declineText } from '../rounds/decline-text.ts';
import type { AwaitedSite } from '../runs/awaited-site.ts';
import { standingMembers } from '../runs/standing-members.ts';
import type { Epoch, EpochMember } from './epoch.ts';
import type { Conducting, Step } from '../runs/conducting.ts';

/** The shortest time that every member gets for its part of the keys. */
const leastPatienceMs = 60_000;

/** How long each part of the work on an epoch's keys may take: as long as a round of the plan at most. */
export function keyPatienceMs({ rounds }: StudyPlan): number {
  return Math.max(leastPatienceMs, rounds.deadlineSeconds * 1000 * (1 + rounds.extensions));
}

/** Members whose turn it is, each since when: to offer a key, then the custodian to make the group key, then the others to open it. */
export function awaitedKeyWork(epoch: Epoch, members: readonly EpochMember[]): AwaitedSite[] {
  const without = members.filter(({ offer }) => offer === null);
  if (without.length > 0) return without.map(({ site }) => ({ site, task: 'epoch-key', sinceMs: epoch.openedAtMs }));
  const offeredAtMs = Math.max(...members.map(({ offer }) => offer?.offeredAtMs ?? 0));
  if (epoch.groupKeyHash === '') return [{ site: epoch.custodian, task: 'group-key', sinceMs: offeredAtMs }];
  const madeAtMs = members.find(({ site }) => site === epoch.custodian)?.confirmedAtMs ?? offeredAtMs;
  return members.filter(({ confirmedAtMs }) => confirmedAtMs === null).map(({ site }) => ({ site, task: 'sealed-group-key', sinceMs: madeAtMs }));
}

/**
 * Rounds start when every member holds the group key. A member that declines, is revoked or stays silent before that leaves
 * a roster without a key for it, so the run ends and names the member.
 *
 * @throws member-declined, sites-silent
 */
export async function awaitGroupKey({ store, run, context, clock, startedAtMs, tell }: Conducting): Promise<Step> {
  const epoch = await store.read.epochs.findByRun(run.id);
  const decline = epoch && (await store.read.rounds.declines(run.id)).find(({ assignment }) => isKeyWork(assignment, epoch));
  if (decline) throw new ConsiliumError('member-declined', declineText(decline));
  const members = epoch ? await store.read.epochs.members(epoch.number) : [];
  const standing = (await standingMembers(store.read, run.id)).map(({ site }) => site);
  const gone = members.find(({ site }) => !standing.includes(site));
  if (gone) throw new ConsiliumError('member-declined', `${gone.site} was revoked, or enrolled anew with other keys.`);
  if (!epoch) return 'waiting';
  const awaited = awaitedKeyWork(epoch, members);
  if (awaited.length > 0) {
    const untilMs = Math.max(startedAtMs, ...awaited.map(({ sinceMs }) => sinceMs)) + keyPatienceMs(context.study.plan);
    if (clock.nowMs() < untilMs) return { waitUntilMs: untilMs };
    throw new ConsiliumError('sites-silent', awaited.map(({ site, task }) => `The run waited for ${site} ${awaitedTasks[task]}.`).join(' '));
  }
  const moved = await store.transaction(async ({ runs, audit }) => {
    // A person may have stopped the run since it was read.
    if ((await runs.find(run.id))?.state !== 'KEYING') return false;
    await runs.update(run.id, { state: 'RUNNING' });
    await audit.append({ atMs: clock.nowMs(), actor: 'coordinator', action: 'run keyed', subject: run.id, detail: { epoch: epoch.number, groupKeyHash: epoch.groupKeyHash } });
    return true;
  });
  if (moved) tell('run-keyed', { epoch: epoch.number });
  return 'moved';
}

/** Names a piece of the work of making and sharing an epoch's group key. */
export function keyWorkId(kind: 'offer key' | 'make group key' | 'open group key', { number }: Epoch): string {
  return `${kind} epoch ${number}`;
}

function isKeyWork(assignment: string, epoch: Epoch): boolean {
  return (['offer key', 'make group key', 'open group key'] as const).some((kind) => assignment === keyWorkId(kind, epoch));
}
