import { Counter, Histogram, type Registry } from 'prom-client';
import type { RoundStore } from '../rounds/round.ts';
import type { RunEvent } from '../runs/run-events.ts';
import { roundIdOf } from '../../shared/studies/round-number.ts';

const ends: ReadonlySet<string> = new Set(['round-published', 'round-abandoned']);

export function roundMetrics(registry: Registry, rounds: Pick<RoundStore, 'find'>) {
  const registers = [registry];
  const ended = new Counter({ name: 'consilium_rounds_total', help: 'Rounds that ended, by purpose and last state.', labelNames: ['purpose', 'state'], registers });
  const seconds = new Histogram({
    name: 'consilium_round_duration_seconds',
    help: 'From the opening of a round to its publication.',
    labelNames: ['purpose'],
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400],
    registers,
  });
  const disagreements = new Counter({ name: 'consilium_decryption_disagreements_total', help: 'Times that decryptors reported different results for one sum.', registers });
  return {
    async observe({ run, event, round: number }: RunEvent): Promise<void> {
      if (event === 'decryptors-differ') disagreements.inc();
      if (!ends.has(event)) return;
      const round = await rounds.find(roundIdOf(run, Number(number)));
      if (!round || round.endedAtMs === null) return;
      ended.inc({ purpose: round.purpose, state: round.state });
      if (round.state === 'PUBLISHED') seconds.observe({ purpose: round.purpose }, (round.endedAtMs - round.openedAtMs) / 1000);
    },
  };
}
