import type { X509Certificate } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';
import type { ConnectedSites } from '../sites/connected-sites.ts';
import type { SiteStore } from '../sites/site-store.ts';

/** Sites and certificates are looked at when Prometheus asks: no event tells of a site that enrols, and there are few of them. */
export function siteMetrics(
  registry: Registry,
  { connectedSites, read, authority }: { connectedSites: Pick<ConnectedSites, 'names'>; read: { readonly sites: Pick<SiteStore, 'list'> }; authority: X509Certificate },
): void {
  new Gauge({
    name: 'consilium_connected_sites',
    help: 'Sites whose agent is connected.',
    registers: [registry],
    collect() {
      this.set(connectedSites.names.length);
    },
  });
  new Gauge({
    name: 'consilium_certificate_expiry_timestamp_seconds',
    help: "When the certificate authority's and the sites' certificates expire, as a Unix time.",
    labelNames: ['kind', 'name'],
    registers: [registry],
    async collect() {
      this.reset();
      this.set({ kind: 'authority', name: '' }, authority.validToDate.getTime() / 1000);
      for (const site of await read.sites.list()) {
        if (site.revokedAtMs === null) this.set({ kind: 'site', name: site.name }, site.certificateExpiresAtMs / 1000);
      }
    },
  });
}
