import { Counter, type Registry } from 'prom-client';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';

export function httpMetrics(registry: Registry) {
  const refusals = new Counter({ name: 'consilium_http_refusals_total', help: 'Requests to the HTTP API that were turned away, by error code.', labelNames: ['reason'], registers: [registry] });
  return { countRefusal: (reason: ErrorCode): void => refusals.inc({ reason }) };
}
