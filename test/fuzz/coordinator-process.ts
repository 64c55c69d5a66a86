/**
 * The coordinator under attack, in a process of its own: the real one, with limits so high that hostile messages reach
 * what stands behind them. Tells its vitals when its parent asks.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startCoordinator } from '../../coordinator/coordinator.ts';
import { httpLimits } from '../../coordinator/http/http-limits.ts';
import { callLimits } from '../../coordinator/rpc/call-limits.ts';
import { createLogger } from '../../shared/logs/logger.ts';
import type { Vitals } from './fuzzed-coordinator.ts';

const [, , folder = '', sitePort = '0', httpPort = '0'] = process.argv;
const host = '127.0.0.1';
const unlimited = { perSecond: 1e9, burst: 1e9 };
const connections = { ...callLimits.connections, opened: unlimited, strangersPerAddress: 1000, perCertificate: 1000 };
const coordinator = await startCoordinator({
  folder,
  siteAddress: { host, port: Number(sitePort) },
  httpAddress: { host, port: Number(httpPort) },
  operationsAddress: { host, port: 0 },
  log: createLogger({ level: 'error', terminal: 'json' }),
  limits: {
    calls: { ...callLimits, sites: unlimited, strangers: unlimited, connections },
    http: { ...httpLimits, requestsPerMinute: 1e9, eventStreams: 1000 },
  },
});
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

process.on('message', (wanted) => {
  if (wanted === 'stop') {
    process.disconnect();
    void coordinator[Symbol.asyncDispose]();
    return;
  }
  if (wanted === 'settled vitals') globalThis.gc?.();
  const handles: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ rss, heapUsed, external, handles, delayP99Ms: delay.percentile(99) / 1e6 } satisfies Vitals);
  delay.reset();
});
process.send?.({ sitePort: coordinator.sitePort, httpPort: coordinator.httpPort, operationsUrl: coordinator.operationsUrl });
