import { roundIdOf } from '../../shared/studies/round-number.ts';
import { changeEpoch } from '../group-keys/epoch-change.ts';
import type { Conducting, Step } from '../runs/conducting.ts';
import type { Round } from './round.ts';

/** Opens the next round of the schedule, or ends the run when there is none. A change of roster comes first. */
export async function openRound(conducting: Conducting, last: Round | undefined): Promise<Step> {
  const { store, run, context, clock, tell } = conducting;
  const number = last ? last.number + 1 : 0;
  const purpose = context.schedule[number];
  const atMs = clock.nowMs();
  const changing = purpose && (await changeEpoch(conducting, last));
  if (changing) return changing;
  if (purpose === undefined) {
    const completed = await store.transaction(async ({ runs, audit }) => {
      if ((await runs.find(run.id))?.state !== 'RUNNING') return false;
      await runs.update(run.id, { state: 'COMPLETED', endedAtMs: atMs });
      await audit.append({ atMs, actor: 'coordinator', action: 'run completed', subject: run.id, detail: { rounds: number } });
      return true;
    });
    if (completed) tell('run-completed');
    return 'moved';
  }
  const base = await store.read.modelVersions.newest(run.id);
  const round: Round = {
    id: roundIdOf(run.id, number),
    run: run.id,
    number,
    purpose,
    state: 'OPEN',
    stateAtMs: atMs,
    attempt: 1,
    baseVersion: base?.digest ?? '',
    openedAtMs: atMs,
    deadlineAtMs: atMs + context.study.plan.rounds.deadlineSeconds * 1000,
    extensions: 0,
    reason: '',
    endedAtMs: null,
    bytesUp: 0,
    bytesDown: 0,
  };
  const opened = await store.transaction(async ({ runs, rounds, audit }) => {
    // A person may have stopped the run since it was read.
    if ((await runs.find(run.id))?.state !== 'RUNNING') return false;
    await rounds.insert(round);
    await audit.append({ atMs, actor: 'coordinator', action: 'round open', subject: round.id, detail: { purpose, baseVersion: round.baseVersion } });
    return true;
  });
  if (opened) tell('round-opened', { round: number, purpose });
  return 'moved';
}
