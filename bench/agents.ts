import { lockFolder } from '../shared/files/folder-lock.ts';
import type { Logger } from '../shared/logs/logger.ts';
import { createMetricsRegistry } from '../shared/operations/metrics-registry.ts';
import { openSiteFolder } from '../site-agent/identity/site-folder.ts';
import { AgentMetrics } from '../site-agent/metrics/agent-metrics.ts';
import { SiteAgent } from '../site-agent/site-agent.ts';
import { fixedDeltaTrainer } from './fixed-delta-trainer.ts';
import { deltaOf } from './work.ts';

export interface AgentsOptions {
  /** A folder for each site, as `join` made it. */
  readonly folders: readonly string[];
  /** Values of each weight tensor of the model. */
  readonly tensors: readonly number[];
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onReady: () => void;
}

/** Runs an agent for each folder until the signal aborts. @throws what one of them cannot get over */
export async function serveAgents({ folders, tensors, log, signal, onReady }: AgentsOptions): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const agents: SiteAgent[] = [];
  for (const folder of folders) {
    stack.use(lockFolder(folder));
    const site = openSiteFolder(folder);
    const startTrainer = async () => fixedDeltaTrainer(deltaOf(site.settings.site, { tensors }));
    agents.push(stack.use(await SiteAgent.open({ site, log, metrics: new AgentMetrics(createMetricsRegistry('site')), startTrainer })));
  }
  onReady();
  await Promise.all(agents.map((agent) => agent.work(signal)));
}
