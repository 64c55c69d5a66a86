import { lockFolder } from '../shared/files/folder-lock.ts';
import type { Logger } from '../shared/logs/logger.ts';
import { createMetricsRegistry } from '../shared/operations/metrics-registry.ts';
import { openSiteFolder } from '../site-agent/identity/site-folder.ts';
import { AgentMetrics } from '../site-agent/metrics/agent-metrics.ts';
import { SiteAgent } from '../site-agent/site-agent.ts';
import { fixedDeltaTrainer } from './fixed-delta-trainer.ts';
import { Places } from './places.ts';
import { FixedDelta } from './work.ts';

export interface AgentsOptions {
  /** A folder for each site, as `join` made it. */
  readonly folders: readonly string[];
  /** Values of each weight tensor of the model. */
  readonly tensors: readonly number[];
  /** How many of the agents hold a model in memory at the same moment, from the beginning of a delta until it is sent. */
  readonly atOnce: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onReady: () => void;
}

/** Runs an agent for each folder until the signal aborts. @throws what one of them cannot get over */
export async function serveAgents({ folders, tensors, atOnce, log, signal, onReady }: AgentsOptions): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const agents: SiteAgent[] = [];
  const places = new Places(atOnce);
  for (const folder of folders) {
    stack.use(lockFolder(folder));
    const site = openSiteFolder(folder);
    const { site: name } = site.settings;
    const delta = new FixedDelta(name, { tensors });
    const startTrainer = async () => fixedDeltaTrainer(() => places.take(name).then(() => delta.values()));
    agents.push(stack.use(await SiteAgent.open({ site, log, metrics: new PlaceLeaver(name, places), startTrainer })));
  }
  onReady();
  await Promise.all(agents.map((agent) => agent.work(signal)));
}

/** Hears of it when a round's work is over, well or badly. */
class PlaceLeaver extends AgentMetrics {
  readonly #site: string;
  readonly #places: Places;

  constructor(site: string, places: Places) {
    super(createMetricsRegistry('site'));
    this.#site = site;
    this.#places = places;
  }

  override countWork(...[kind, outcome]: Parameters<AgentMetrics['countWork']>): void {
    super.countWork(kind, outcome);
    if (kind === 'round') this.#places.leave(this.#site);
  }
}
