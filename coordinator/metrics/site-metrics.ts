import { Gauge, type Registry } from 'prom-client';
import type { ConnectedSites } from '../sites/connected-sites.ts';

/** Looked at when Prometheus asks. */
export function siteMetrics(registry: Registry, connectedSites: Pick<ConnectedSites, 'names'>): void {
  new Gauge({
    name: 'consilium_connected_sites',
    help: 'Sites whose agent is connected.',
    registers: [registry],
    collect() {
      this.set(connectedSites.names.length);
    },
  });
}
