import type { AuditLog } from '../audit/audit-log.ts';
import type { Round, RoundStore } from './round.ts';
import { assertTransition, hasEnded, type RoundState } from './round-states.ts';

type Tables = { readonly rounds: RoundStore; readonly audit: AuditLog };

/**
 * Moves a round to its next state, together with the audit event that tells of it; call it inside a transaction.
 * @throws transition-not-allowed
 */
export async function moveRound(
  { rounds, audit }: Tables,
  round: Round,
  to: RoundState,
  options: { readonly atMs: number; readonly actor?: string; readonly change?: Partial<Round>; readonly detail?: Record<string, unknown> },
): Promise<void> {
  assertTransition(round.state, to);
  const { atMs, actor = 'coordinator', change = {}, detail = {} } = options;
  await rounds.update(round.id, { ...change, state: to, stateAtMs: atMs, ...(hasEnded(to) && { endedAtMs: atMs }) });
  await audit.append({ atMs, actor, action: `round ${to.toLowerCase()}`, subject: round.id, detail: { purpose: round.purpose, ...detail } });
}
