import type { RecordedAuditEvent } from '../coordinator/audit/audit-log.ts';
import { median } from './quantiles.ts';

/** When something left a site, as the site's own ledger says. */
export interface Departure {
  readonly round: string;
  readonly part: 'update' | 'statistics';
  readonly atMs: number;
}

/** Where the time of a round went, in seconds. The phases follow each other and add up to the whole. */
export interface RoundTimeline {
  readonly round: string;
  readonly openedAtMs: number;
  readonly publishedAtMs: number;
  readonly seconds: number;
  readonly phases: Readonly<Record<Phase, number>>;
}

/**
 * `sites`: offered, until the last site is about to send the first byte of its update (download, delta, encode, encrypt, tag, seal; on this
 * machine other sites' uploads are under way meanwhile). `collect`: until the last contribution is accepted. `close`: until the sum is on disk.
 * `agree`: co-signatures. `decrypt`: two signed results. `publish`: the new model is on disk. `before`: from the publication of the round before.
 */
export const phases = ['sites', 'collect', 'close', 'agree', 'decrypt', 'publish', 'before'] as const;
export type Phase = (typeof phases)[number];

/** The training rounds of a run in order, by the coordinator's audit log and the sites' ledgers. */
export function roundTimelines(events: readonly RecordedAuditEvent[], departures: readonly Departure[]): RoundTimeline[] {
  const bySubject = Map.groupBy(events, ({ subject }) => subject);
  const timelines: RoundTimeline[] = [];
  let publishedBeforeMs: number | undefined;
  for (const [round, ofRound] of bySubject) {
    const at = (action: string) => ofRound.find((event) => event.action === action)?.atMs;
    const openedAtMs = at('round open');
    const publishedAtMs = at('round published');
    if (openedAtMs === undefined || publishedAtMs === undefined) continue;
    if (ofRound.some(({ detail }) => detail['purpose'] === 'training')) {
      const sent = departures.filter((departure) => departure.round === round && departure.part === 'update').map(({ atMs }) => atMs);
      const accepted = ofRound.filter(({ action }) => action === 'contribution accepted').map(({ atMs }) => atMs);
      const moments = [openedAtMs, Math.max(...sent), Math.max(...accepted), ...['aggregated', 'decrypting', 'verified'].map((state) => at(`round ${state}`)!), publishedAtMs];
      const steps = moments.slice(1).map((moment, index) => (moment - moments[index]!) / 1000);
      const [sites, collect, close, agree, decrypt, publish] = steps as [number, number, number, number, number, number];
      const before = publishedBeforeMs === undefined ? 0 : (openedAtMs - publishedBeforeMs) / 1000;
      timelines.push({ round, openedAtMs, publishedAtMs, seconds: (publishedAtMs - openedAtMs) / 1000, phases: { sites, collect, close, agree, decrypt, publish, before } });
    }
    publishedBeforeMs = publishedAtMs;
  }
  return timelines;
}

/** Median of each phase. */
export function medianPhases(timelines: readonly RoundTimeline[]): Record<Phase, number> {
  return Object.fromEntries(phases.map((phase) => [phase, median(timelines.map((timeline) => timeline.phases[phase]))])) as Record<Phase, number>;
}
