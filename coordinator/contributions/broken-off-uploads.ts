import type { RoundStore } from '../rounds/round.ts';
import { takesContributions } from '../rounds/round-states.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { Spools } from './spools.ts';

/** After a start: removes what broke off of uploads to rounds that have closed. What still can go on stays. */
export async function discardLateUploads(store: UnitOfWork<{ readonly rounds: RoundStore }>, spools: Pick<Spools, 'rounds' | 'discard'>): Promise<void> {
  for (const id of await spools.rounds()) {
    const round = await store.read.rounds.find(id);
    if (!round || !takesContributions(round.state)) await spools.discard(id);
  }
}
