import { lockFolder } from '../shared/files/folder-lock.ts';
import { createMetricsRegistry } from '../shared/operations/metrics-registry.ts';
import { startOperationsServer } from '../shared/operations/operations-server.ts';
import type { Logger } from '../shared/logs/logger.ts';
import { fullDiskText } from '../shared/storage/disk-room.ts';
import { openSiteFolder } from './identity/site-folder.ts';
import { AgentMetrics } from './metrics/agent-metrics.ts';
import { SiteAgent } from './site-agent.ts';

export interface ServeSettings {
  readonly folder: string;
  readonly log: Logger;
  /** Port for `/metrics`, `/healthz`, `/readyz` on loopback; overrides the site's settings. 0 takes a free one. */
  readonly operationsPort?: number;
  readonly signal: AbortSignal;
  /** Called once, when the agent is at work. */
  readonly onReady: (at: { site: string; operationsUrl?: string }) => void;
}

/** Runs a site's agent until the signal aborts. @throws what cannot get better by trying again */
export async function serveSite({ folder, log, operationsPort, signal, onReady }: ServeSettings): Promise<void> {
  const site = openSiteFolder(folder);
  const registry = createMetricsRegistry('site');
  const metrics = new AgentMetrics(registry);
  await using stack = new AsyncDisposableStack();
  stack.use(lockFolder(folder));
  const port = operationsPort ?? site.settings.operationsPort;
  const ready = () => {
    const { connected, disk } = metrics;
    const reasons = [...(connected ? [] : ['the coordinator is not connected']), ...(disk?.full ? [fullDiskText(disk)] : [])];
    return { ok: reasons.length === 0, reasons };
  };
  const operations = port === undefined ? undefined : stack.use(await startOperationsServer({ port, registry, ready }));
  const agent = stack.use(await SiteAgent.open({ site, log, metrics }));
  log.info('The site agent is at work.', { site: site.settings.site, operationsUrl: operations?.url });
  onReady({ site: site.settings.site, ...(operations && { operationsUrl: operations.url }) });
  await agent.work(signal);
}
