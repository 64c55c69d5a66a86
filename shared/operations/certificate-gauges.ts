import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../clock.ts';

export interface CertificateExpiry {
  /** Whose it is: the federation's authority's, or a site's. */
  readonly kind: 'authority' | 'site';
  /** Of the site; empty for the authority. */
  readonly name: string;
  readonly expiresAtMs: number;
}

/** When certificates end, and how long that is from now: the same two gauges at both ends. Looked up when Prometheus asks. */
export function certificateGauges(registry: Registry, clock: Clock, certificates: () => Promise<readonly CertificateExpiry[]> | readonly CertificateExpiry[]): void {
  const gauge = (name: string, help: string, secondsOf: (expiresAtMs: number) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['kind', 'name'],
      registers: [registry],
      async collect() {
        this.reset();
        for (const { kind, name: label, expiresAtMs } of await certificates()) this.set({ kind, name: label }, secondsOf(expiresAtMs));
      },
    });
  gauge('consilium_certificate_expiry_timestamp_seconds', 'When certificates expire, as a Unix time.', (expiresAtMs) => expiresAtMs / 1000);
  gauge('consilium_certificate_remaining_seconds', 'How long certificates are still valid; negative once they have expired.', (expiresAtMs) => (expiresAtMs - clock.nowMs()) / 1000);
}
