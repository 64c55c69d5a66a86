import type { Registry } from 'prom-client';
import type { X509Certificate } from 'node:crypto';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Clock } from '../../shared/clock.ts';
import { asConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { RefusedCall } from '../audit/refused-calls.ts';
import type { Stock } from '../retention/payload-collection.ts';
import type { RoundStore } from '../rounds/round.ts';
import type { RunEvents } from '../runs/run-events.ts';
import type { RunStore } from '../runs/run.ts';
import type { RunWaits } from '../runs/run-waits.ts';
import type { ConnectedSites } from '../sites/connected-sites.ts';
import type { SiteStore } from '../sites/site-store.ts';
import type { TransferMeter } from '../transfers/transfers.ts';
import { certificateMetrics } from './certificate-metrics.ts';
import { contributionMetrics } from './contribution-metrics.ts';
import { httpMetrics } from './http-metrics.ts';
import { payloadMetrics } from './payload-metrics.ts';
import { refusalMetrics } from './refusal-metrics.ts';
import { roundMetrics } from './round-metrics.ts';
import { runMetrics } from './run-metrics.ts';
import { runWaitMetrics } from './run-wait-metrics.ts';
import { siteMetrics } from './site-metrics.ts';

export interface MetricsSources {
  readonly events: RunEvents;
  readonly read: { readonly runs: RunStore; readonly rounds: RoundStore; readonly sites: SiteStore };
  readonly waits: Pick<RunWaits, 'ofAll'>;
  readonly connectedSites: Pick<ConnectedSites, 'names'>;
  readonly authority: X509Certificate;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Where the coordinator's own work is counted that no run event tells of. */
export interface CoordinatorMetrics extends Disposable {
  readonly meter: TransferMeter;
  countRefusal(refusal: Pick<RefusedCall, 'call' | 'error'>): void;
  countHttpRefusal(reason: ErrorCode): void;
  showStock(stock: Stock): void;
}

/** Registers all metrics of the coordinator. They follow from events; after one, what the event does not say is read once. */
export function coordinatorMetrics(registry: Registry, sources: MetricsSources): CoordinatorMetrics {
  const contributions = contributionMetrics(registry);
  const http = httpMetrics(registry);
  const refusals = refusalMetrics(registry);
  const rounds = roundMetrics(registry, sources.read.rounds);
  const runs = runMetrics(registry, sources.read.runs);
  runWaitMetrics(registry, sources.waits, sources.clock);
  siteMetrics(registry, sources.connectedSites);
  certificateMetrics(registry, sources.clock, { authority: sources.authority, sites: sources.read.sites });

  const follow = (what: string, work: Promise<void>): void => {
    work.catch((cause: unknown) => sources.log.warn('A metric was not updated.', { metric: what, code: asConsiliumError(cause).code }));
  };
  follow('runs', runs.update());
  const subscription = sources.events.listen((event) => {
    contributions.observe(event);
    refusals.observe(event);
    follow('rounds', rounds.observe(event));
    if (event.event.startsWith('run-')) follow('runs', runs.update());
  });
  return {
    meter: contributions.meter,
    countRefusal: refusals.count,
    countHttpRefusal: http.countRefusal,
    showStock: payloadMetrics(registry).observe,
    [Symbol.dispose]: () => subscription[Symbol.dispose](),
  };
}
