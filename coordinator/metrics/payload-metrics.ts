import { Counter, Gauge, type Registry } from 'prom-client';
import { storedKinds, type Stock } from '../retention/payload-collection.ts';

/** As they were at the last collection. */
export function payloadMetrics(registry: Registry) {
  const registers = [registry];
  const bytes = new Gauge({ name: 'consilium_payload_bytes', help: 'Bytes of payloads on the disk by kind, as the last collection left them.', labelNames: ['kind'], registers });
  const collected = new Counter({ name: 'consilium_collected_payload_bytes_total', help: 'Bytes of payloads that were removed because nothing needs them any more.', labelNames: ['kind'], registers });
  return {
    observe({ stored, collectable }: Stock): void {
      for (const kind of storedKinds) {
        bytes.set({ kind }, stored[kind].bytes - collectable[kind].bytes);
        collected.inc({ kind }, collectable[kind].bytes);
      }
    },
  };
}
