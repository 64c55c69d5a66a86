import type { Clock } from '../../shared/clock.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { EpochStore } from '../group-keys/epoch.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { BackupContents } from './backup-contents.ts';

const action = 'coordinator restored';

/** That the coordinator went on from a backup: what happened after it was taken is lost here, and not at the sites. */
export interface CoordinatorRestore {
  readonly atMs: number;
  /** ISO 8601, of the backup. */
  readonly takenAt: string;
}

/**
 * Notes that a database is a backup's and goes on now. Epochs go on with the time in seconds, which is above every number
 * that was handed out in the meantime: sites refuse an epoch that does not grow.
 */
export async function recordRestore(store: UnitOfWork<{ audit: AuditLog; epochs: EpochStore }>, { takenAt, auditHead }: BackupContents, actor: string, clock: Clock): Promise<void> {
  const atMs = clock.nowMs();
  await store.transaction(async ({ audit, epochs }) => {
    await epochs.skipTo(Math.floor(atMs / 1000));
    await audit.append({ atMs, actor, action, subject: '', detail: { takenAt, lastSequence: auditHead.sequence } });
  });
}

export async function newestRestore(audit: AuditLog): Promise<CoordinatorRestore | undefined> {
  const [event] = await audit.find({ action, limit: 1 });
  return event && { atMs: event.atMs, takenAt: (JSON.parse(event.detail) as { takenAt: string }).takenAt };
}

/** The end of the names of runs after a restore: sites may know runs of which the coordinator lost all memory. */
export function runNameSuffix(restore: CoordinatorRestore | undefined): string {
  return restore ? `-r${Math.floor(restore.atMs / 1000).toString(36)}` : '';
}
