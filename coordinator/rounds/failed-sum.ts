import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { damagedContributions } from '../aggregation/damaged-contributions.ts';
import type { Contribution } from '../contributions/contribution.ts';
import type { Conducting } from '../runs/conducting.ts';
import type { Round } from './round.ts';

/**
 * Finds out why contributions could not be summed. Each of them could be when it was accepted, so the disk is looked at first.
 * @throws payload-damaged when it is the disk, with an audit event for each damaged contribution; otherwise the failure itself
 */
export async function explainFailedSum({ store, payloads, clock, tell }: Conducting, round: Round, contributions: readonly Contribution[], failure: unknown): Promise<never> {
  const damaged = await damagedContributions(payloads, contributions);
  if (damaged.length === 0) throw failure;
  await store.transaction(async ({ audit }) => {
    for (const { site, part, digest } of damaged) {
      await audit.append({ atMs: clock.nowMs(), actor: 'coordinator', action: 'contribution damaged', subject: round.id, detail: { site, part, digest } });
    }
  });
  for (const { site, part } of damaged) tell('contribution-damaged', { round: round.number, site, part });
  const names = damaged.map(({ site, part }) => `${site} (${part})`).join(', ');
  throw new ConsiliumError('payload-damaged', `Contributions to round ${round.id}: ${names}.`, { cause: failure });
}
