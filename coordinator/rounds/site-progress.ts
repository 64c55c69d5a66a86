import { isoTime, type Clock } from '../../shared/clock.ts';
import { catalogue } from '../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import { mayBeTold, type SiteActivity, type TrainingShare } from '../../shared/studies/site-activity.ts';
import { membershipOf } from '../runs/membership.ts';
import type { RunContexts } from '../runs/run-context.ts';
import type { RunEvents } from '../runs/run-events.ts';
import type { RunTables } from '../runs/run-tables.ts';
import { hasRunEnded } from '../runs/run.ts';
import { roundNumberOf } from '../../shared/studies/round-number.ts';
import { takesContributions } from './round-states.ts';
import type { Round } from './round.ts';

/** What a site says that it is at. */
export interface ProgressNote extends TrainingShare {
  readonly run: string;
  readonly round: string;
  readonly activity: SiteActivity;
  /** Of the error catalogue while it retries; empty otherwise. */
  readonly code: string;
}

/** How much of a part has come in; counted here. */
export interface Upload {
  readonly part: Part;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** What a site is at in a round that is open. */
export interface SiteProgress {
  readonly site: string;
  readonly atMs: number;
  readonly activity: SiteActivity;
  /** While it trains and the plan counts local steps. */
  readonly step: number | null;
  readonly steps: number | null;
  /** While it trains and the plan counts local epochs. */
  readonly percent: number | null;
  /** While it uploads. */
  readonly upload: Upload | null;
  /** While it retries. */
  readonly code: string | null;
}

/** What comes sooner after the one before is not looked at. */
const leastGapMs = 500;

const nothing = { step: null, steps: null, percent: null, upload: null, code: null } as const;

/** How far the members of a run are in its open round, in memory: nothing depends on it, and after a restart it comes anew. */
export class SiteProgresses {
  readonly #read: RunTables;
  readonly #contexts: RunContexts;
  readonly #events: RunEvents;
  readonly #clock: Clock;
  /** By run: of its newest round, by site. */
  readonly #byRun = new Map<string, { readonly round: string; readonly sites: Map<string, SiteProgress> }>();

  constructor(parts: { read: RunTables; contexts: RunContexts; events: RunEvents; clock: Clock }) {
    this.#read = parts.read;
    this.#contexts = parts.contexts;
    this.#events = parts.events;
    this.#clock = parts.clock;
  }

  /** @throws invalid-request when it tells more than the plan allows, run-not-found, not-a-member */
  async tell(site: string, note: ProgressNote): Promise<void> {
    if (note.activity === 'retrying' ? !Object.hasOwn(catalogue, note.code) : note.code !== '') throw new ConsiliumError('invalid-request', 'The reason is not a code of the error catalogue.');
    const known = await this.#read.runs.find(note.run);
    if (known && hasRunEnded(known)) return; // a beat that crossed the end of the run
    const { run } = await membershipOf(this.#read, note.run, site);
    const round = await this.#read.rounds.newest(note.run);
    if (round?.id !== note.round || !takesContributions(round.state)) return;
    const { study } = await this.#contexts.of(run.study);
    if (!mayBeTold(study.plan, note.activity, note)) throw new ConsiliumError('invalid-request', 'It tells more than the plan allows.');
    const { activity, step, steps, percent, code } = note;
    const details = {
      training: steps > 0 ? { step, steps } : { percent },
      uploading: { upload: this.#sitesOf(run.id, round.id).get(site)?.upload ?? null },
      retrying: { code },
    };
    this.#set(note, { ...nothing, site, activity, ...(activity in details && details[activity as keyof typeof details]) });
  }

  /** More bytes of a part have come in. */
  uploaded(site: string, about: Pick<ProgressNote, 'run' | 'round'>, upload: Upload): void {
    this.#set(about, { ...nothing, site, activity: 'uploading', upload });
  }

  /** Of members of a round that is open. */
  of({ run, id, state }: Round): readonly SiteProgress[] {
    if (!takesContributions(state)) return [];
    const known = this.#byRun.get(run);
    return known?.round === id ? [...known.sites.values()].sort((a, b) => (a.site < b.site ? -1 : 1)) : [];
  }

  /** The run has ended. */
  forget(run: string): void {
    this.#byRun.delete(run);
  }

  #set({ run, round }: Pick<ProgressNote, 'run' | 'round'>, progress: Omit<SiteProgress, 'atMs'>): void {
    const newest = this.#byRun.get(run)?.round ?? round;
    if (roundNumberOf(newest) > roundNumberOf(round)) return; // an upload that goes on after its round has closed
    const atMs = this.#clock.nowMs();
    const sites = this.#sitesOf(run, round);
    const before = sites.get(progress.site);
    if (before && before.activity === progress.activity && atMs - before.atMs < leastGapMs) return;
    sites.set(progress.site, { ...progress, atMs });
    this.#events.publish({ run, at: isoTime(this.#clock), event: 'site-progress', round: roundNumberOf(round), ...progress });
  }

  #sitesOf(run: string, round: string): Map<string, SiteProgress> {
    const known = this.#byRun.get(run);
    if (known?.round === round) return known.sites;
    const sites = new Map<string, SiteProgress>();
    this.#byRun.set(run, { round, sites });
    return sites;
  }
}
