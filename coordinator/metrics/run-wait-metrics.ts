import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../shared/clock.ts';
import type { RunHindrance, RunWaits } from '../runs/run-waits.ts';

/** How runs that have not ended stand. Looked at when Prometheus asks. */
export function runWaitMetrics(registry: Registry, waits: Pick<RunWaits, 'ofAll'>, clock: Clock): void {
  const gauge = (name: string, help: string, valueOf: (hindrance: RunHindrance | undefined, nowMs: number) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['run'],
      registers: [registry],
      async collect() {
        const nowMs = clock.nowMs();
        const standings = await waits.ofAll(nowMs);
        this.reset();
        for (const { run, hindrance } of standings) this.set({ run }, valueOf(hindrance, nowMs));
      },
    });
  gauge('consilium_run_waiting_seconds', 'How long nothing of a run has moved.', (hindrance, nowMs) => (hindrance ? Math.max(0, nowMs - hindrance.sinceMs) / 1000 : 0));
  gauge('consilium_run_awaited_sites', 'Sites that a run waits for.', (hindrance) => hindrance?.sites.length ?? 0);
  gauge('consilium_run_stuck', '1 while a run waits for longer than is usual under its plan, fails again and again, or the disk is full.', (hindrance) => Number(hindrance?.stuck ?? false));
}
