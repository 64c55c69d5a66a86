import { Gauge, type Registry } from 'prom-client';
import { runStates, type RunState, type RunStore } from '../runs/run.ts';

export function runMetrics(registry: Registry, runs: Pick<RunStore, 'list'>) {
  const gauge = new Gauge({ name: 'consilium_runs', help: 'Runs by state.', labelNames: ['state'], registers: [registry] });
  return {
    async update(): Promise<void> {
      const byState = Map.groupBy(await runs.list(), ({ state }) => state);
      for (const state of Object.keys(runStates) as RunState[]) gauge.set({ state }, byState.get(state)?.length ?? 0);
    },
  };
}
