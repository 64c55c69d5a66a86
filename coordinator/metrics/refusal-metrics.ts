import { Counter, type Registry } from 'prom-client';
import type { RefusedCall } from '../audit/refused-calls.ts';
import type { RunEvent } from '../runs/run-events.ts';

/** What the coordinator refused sites, and what they refused it. */
export function refusalMetrics(registry: Registry) {
  const registers = [registry];
  const refusals = new Counter({ name: 'consilium_refusals_total', help: 'Calls of sites that were refused, by what was asked for and error code.', labelNames: ['call', 'code'], registers });
  const declines = new Counter({ name: 'consilium_declined_work_total', help: 'Pieces of work that sites refused, by error code.', labelNames: ['site', 'code'], registers });
  return {
    count: ({ call, error }: Pick<RefusedCall, 'call' | 'error'>): void => refusals.inc({ call, code: error.code }),
    observe: ({ event, site, code }: RunEvent): void => {
      if (event === 'work-declined') declines.inc({ site: String(site), code: String(code) });
    },
  };
}
