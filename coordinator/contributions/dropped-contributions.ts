import type { AuditLog } from '../audit/audit-log.ts';
import { takesContributions } from '../rounds/round-states.ts';
import type { DepartureReceiptStore } from '../ledgers/departure-receipt.ts';
import type { RoundStore } from '../rounds/round.ts';
import type { RunStore } from '../runs/run.ts';
import type { ContributionStore } from './contribution.ts';

export interface DroppingTables {
  readonly audit: AuditLog;
  readonly contributions: ContributionStore;
  readonly departureReceipts: Pick<DepartureReceiptStore, 'remove'>;
  readonly rounds: Pick<RoundStore, 'newest'>;
  readonly runs: Pick<RunStore, 'active'>;
}

/**
 * Takes what a site contributed out of the rounds that are still collecting: it lost its place, and is not summed any more.
 * From CLOSING on a round's set is fixed and stays. Call it inside the transaction in which the site loses its place.
 */
export async function dropContributions({ audit, contributions, departureReceipts, rounds, runs }: DroppingTables, site: string, atMs: number): Promise<void> {
  for (const run of await runs.active()) {
    const round = await rounds.newest(run.id);
    if (!round || !takesContributions(round.state)) continue;
    const dropped = (await contributions.list(round.id)).filter((contribution) => contribution.site === site);
    if (dropped.length === 0) continue;
    await contributions.remove(round.id, site);
    await departureReceipts.remove(round.id, site);
    const detail = { site, contributions: dropped.map(({ part, digest }) => ({ part, digest })) };
    await audit.append({ atMs, actor: 'coordinator', action: 'contribution dropped', subject: round.id, detail });
  }
}
