import { catalogue, type ErrorCode } from '../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { standingMembers } from '../runs/standing-members.ts';
import type { Epoch } from './epoch.ts';
import type { Conducting, Step } from '../runs/conducting.ts';

/**
 * Rounds start when every member holds the group key. A member that declines or is revoked before that leaves a roster
 * without a key for it, so the run ends and names the member.
 */
export async function awaitGroupKey({ store, run, clock, tell }: Conducting): Promise<Step> {
  const epoch = await store.read.epochs.findByRun(run.id);
  const decline = epoch && (await store.read.rounds.declines(run.id)).find(({ assignment }) => isKeyWork(assignment, epoch));
  if (decline) {
    throw new ConsiliumError('member-declined', `${decline.site}: ${catalogue[decline.code as ErrorCode].text}`);
  }
  const members = epoch ? await store.read.epochs.members(epoch.number) : [];
  const standing = (await standingMembers(store.read, run.id)).map(({ site }) => site);
  const gone = members.find(({ site }) => !standing.includes(site));
  if (gone) throw new ConsiliumError('member-declined', `${gone.site} was revoked, or enrolled anew with other keys.`);
  if (!epoch || members.some(({ confirmedAtMs }) => confirmedAtMs === null)) return 'waiting';
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
