import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '../../shared/logs/logger.ts';
import { createMetricsRegistry } from '../../shared/operations/metrics-registry.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { AgentMetrics } from '../../site-agent/metrics/agent-metrics.ts';
import { SiteAgent } from '../../site-agent/site-agent.ts';
import { smallDataSet, smallTable } from './small-study.ts';

/** The agent of an enrolled site at work, with a small table of its own, until its scope ends. */
export async function startSmallAgent(folder: string, site: string): Promise<AsyncDisposable> {
  const settingsFile = join(folder, 'site.json');
  const settings = JSON.parse(readFileSync(settingsFile, 'utf8'));
  writeFileSync(join(folder, 'data.csv'), smallTable(site));
  writeFileSync(settingsFile, JSON.stringify({ ...settings, engine: 'wasm', dataSets: { [smallDataSet]: { path: 'data.csv' } } }));
  const agent = await SiteAgent.open({ site: openSiteFolder(folder), log: silentLogger, metrics: new AgentMetrics(createMetricsRegistry('site')) });
  const stop = new AbortController();
  agent.work(stop.signal).catch(() => undefined);
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await agent[Symbol.asyncDispose]();
    },
  };
}
