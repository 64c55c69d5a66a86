import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { packageVersion } from '../package-version.ts';

/**
 * The metrics of one program: the process's own and `consilium_build_info`.
 * Whoever adds one names it `consilium_<noun>_<unit>`, with `_total` at the end of a counter; times are in
 * seconds, sizes in bytes.
 */
export function createMetricsRegistry(program: 'coordinator' | 'site'): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'consilium_build_info',
    help: 'Always 1; its labels tell which program and version runs.',
    labelNames: ['program', 'version', 'node'],
    registers: [registry],
  }).set({ program, version: packageVersion(), node: process.versions.node }, 1);
  return registry;
}
