import type { RunWaitResource } from '../../shared/http-api/run-wait-resource.ts';
import type { RunHindrance } from '../runs/run-waits.ts';
import { isoOf, isoOrNull } from './iso-times.ts';

/** @param connected sites whose agent is connected */
export function runWaitView({ sites, sinceMs, untilMs, stuck, diskFull, mishap }: RunHindrance, connected: readonly string[]): RunWaitResource {
  return {
    since: isoOf(sinceMs),
    until: isoOrNull(untilMs),
    stuck,
    diskFull,
    sites: sites.map(({ site, task, sinceMs: since }) => ({ site, task, since: isoOf(since), connected: connected.includes(site) })),
    mishap: mishap ? { code: mishap.code, text: mishap.text, times: mishap.times, since: isoOf(mishap.sinceMs), nextAt: isoOf(mishap.nextAtMs) } : null,
  };
}
