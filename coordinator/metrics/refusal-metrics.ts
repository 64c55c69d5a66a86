import { Counter, type Registry } from 'prom-client';
import type { RefusedCall } from '../audit/refused-calls.ts';

export function refusalMetrics(registry: Registry) {
  const refusals = new Counter({ name: 'consilium_refusals_total', help: 'Calls of sites that were refused, by what was asked for and error code.', labelNames: ['call', 'code'], registers: [registry] });
  return {
    count: ({ call, error }: Pick<RefusedCall, 'call' | 'error'>): void => refusals.inc({ call, code: error.code }),
  };
}
