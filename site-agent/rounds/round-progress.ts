import { setTimeout } from 'node:timers/promises';
import { asConsiliumError, type ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { SiteActivity, TrainingShare } from '../../shared/studies/site-activity.ts';

/** What this site is at in a round. Nothing in it derives from patients. */
export interface RoundProgressNote extends TrainingShare {
  readonly run: string;
  readonly round: string;
  readonly activity: SiteActivity;
  /** Of the error catalogue; empty unless the site is retrying. */
  readonly code: string;
}

export type NewNote = Pick<RoundProgressNote, 'run' | 'round' | 'activity'> & Partial<RoundProgressNote>;

export interface RoundProgressParts {
  readonly tell: (note: RoundProgressNote, signal: AbortSignal) => Promise<void>;
  readonly everyMs: number;
  readonly log: Logger;
}

/**
 * Tells the coordinator what this site is at, for people who watch. It goes out at a beat of its own and never at the moment
 * at which something happens: how long an evaluation takes follows from the number of rows, and only what the beat leaves of
 * it is told.
 */
export class RoundProgress {
  readonly #parts: RoundProgressParts;
  readonly #notes = new Map<string, { note: RoundProgressNote; told: boolean }>();

  constructor(parts: RoundProgressParts) {
    this.#parts = parts;
  }

  /** An offer has come; it may have to wait for other work of its run. One that came before changes nothing. */
  begin({ run, round }: Pick<RoundProgressNote, 'run' | 'round'>): void {
    if (!this.#notes.has(round)) this.note({ run, round, activity: 'waiting' });
  }

  note(changed: NewNote): void {
    const note: RoundProgressNote = { step: 0, steps: 0, percent: 0, code: '', ...changed };
    const before = this.#notes.get(note.round)?.note;
    if (before && JSON.stringify(before) === JSON.stringify(note)) return;
    this.#notes.set(note.round, { note, told: false });
  }

  /** The site is done with the round, or gives it up. */
  end(round: string): void {
    this.#notes.delete(round);
  }

  /** Tells what has changed, at every beat until the signal aborts. What cannot be told is old at the next beat. */
  async follow(signal: AbortSignal): Promise<void> {
    const { tell, everyMs, log } = this.#parts;
    while (!signal.aborted) {
      await setTimeout(everyMs, undefined, { signal }).catch(() => undefined);
      for (const entry of [...this.#notes.values()]) {
        if (entry.told || signal.aborted) continue;
        entry.told = true;
        await tell(entry.note, signal).catch((thrown: unknown) => {
          const { code }: ConsiliumError = asConsiliumError(thrown);
          log.debug('The coordinator was not told how far the round is.', { round: entry.note.round, code });
        });
      }
    }
  }
}
