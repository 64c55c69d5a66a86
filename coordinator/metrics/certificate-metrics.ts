import type { X509Certificate } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { Clock } from '../../shared/clock.ts';
import { certificateGauges } from '../../shared/operations/certificate-gauges.ts';
import type { SiteStore } from '../sites/site-store.ts';

/** The authority's certificate, and those with which sites call now. */
export function certificateMetrics(registry: Registry, clock: Clock, { authority, sites }: { authority: X509Certificate; sites: Pick<SiteStore, 'list'> }): void {
  certificateGauges(registry, clock, async () => [
    { kind: 'authority', name: '', expiresAtMs: authority.validToDate.getTime() },
    ...(await sites.list())
      .filter(({ revokedAtMs }) => revokedAtMs === null)
      .map(({ name, certificateExpiresAtMs }) => ({ kind: 'site' as const, name, expiresAtMs: certificateExpiresAtMs })),
  ]);
}
