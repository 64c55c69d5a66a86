import { isoTime } from '../../shared/clock.ts';
import { asConsiliumError, ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { storageFailure } from '../../shared/errors/storage-failure.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import { newestRestore } from '../backup/coordinator-restore.ts';
import { awaitGroupKey } from '../group-keys/group-key-wait.ts';
import { closeRound } from '../rounds/round-closing.ts';
import { agreeRound } from '../rounds/round-agreement.ts';
import { decryptRound } from '../rounds/round-decryption.ts';
import { openRound } from '../rounds/round-opening.ts';
import { publishRound } from '../rounds/round-publication.ts';
import { moveRound } from '../rounds/round-transition.ts';
import { hasEnded, isUnderWay, type RoundState } from '../rounds/round-states.ts';
import type { Round } from '../rounds/round.ts';
import type { Conducting, Step } from './conducting.ts';
import type { RunContexts } from './run-context.ts';
import type { RunEvent, RunEvents } from './run-events.ts';
import type { RunMishaps } from './run-mishaps.ts';
import type { RunWaits } from './run-waits.ts';
import { hasRunEnded, type Run } from './run.ts';

interface ConductorParts extends Omit<Conducting, 'run' | 'context' | 'tell'> {
  readonly contexts: RunContexts;
  readonly events: RunEvents;
  readonly waits: RunWaits;
  readonly mishaps: RunMishaps;
  readonly log: Logger;
  /** Called when a run has ended, perhaps more than once. */
  readonly onEnded: (run: string) => void;
  /** Called after a run moved: sites may have other work now. */
  readonly onMoved: (run: string) => void;
}

/**
 * Takes runs from round to round. It looks at the stored state and does whatever can be done next, again and again until
 * nothing can; every wake-up does the same, so it does not matter which event caused it, nor whether the process was
 * restarted in between. One run is never looked at twice at the same time.
 */
export class RunConductor implements AsyncDisposable {
  readonly #parts: ConductorParts;
  readonly #turns = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Since when runs that were told to be stuck have not moved. */
  readonly #stuckSince = new Map<string, number>();
  #closed = false;

  constructor(parts: ConductorParts) {
    this.#parts = parts;
  }

  /** Looks at every run that has not ended: after the start, and when something changed that may touch any of them. */
  async wakeAll(): Promise<void> {
    for (const run of await this.#parts.store.read.runs.active()) this.wake(run.id);
  }

  /** Something happened in a run: look at it when its turn comes. */
  wake(run: string): void {
    if (this.#closed) return;
    const turn = (this.#turns.get(run) ?? Promise.resolve()).then(() => this.#conduct(run));
    this.#turns.set(run, turn);
    void turn.finally(() => {
      if (this.#turns.get(run) === turn) this.#turns.delete(run);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#turns.values());
  }

  async #conduct(id: string): Promise<void> {
    try {
      for (;;) {
        const run = await this.#parts.store.read.runs.find(id);
        if (!run || this.#closed) return;
        const { step, round } = hasRunEnded(run) ? { step: await this.#afterEnd(run), round: undefined } : await this.#step(run);
        // Who waits within a round has all of its work already; with many sites, asking each whether there is more takes long.
        if (step === 'moved' || !round || !isUnderWay(round.state)) this.#parts.onMoved(id);
        if (this.#parts.mishaps.clear(id)) this.#tell(id, 'run-goes-on');
        if (step === 'moved') continue;
        const stuckAtMs = await this.#watchOver(run);
        this.#wakeAt(id, Math.min(step === 'waiting' ? Infinity : step.waitUntilMs, stuckAtMs));
        return;
      }
    } catch (thrown) {
      await this.#mishap(id, thrown);
    }
  }

  /** What went wrong for good ends the run. Everything else, a full disk or a locked database above all, may pass. */
  async #mishap(id: string, thrown: unknown): Promise<void> {
    const log = this.#parts.log.child({ run: id });
    const error = storageFailure(thrown) ?? asConsiliumError(thrown);
    try {
      if (error.entry.retryable || error.code === 'internal') throw error;
      log.error('The run cannot go on.', { code: error.code }, error);
      await this.#fail(id, error.message);
    } catch (cause) {
      const nowMs = this.#parts.clock.nowMs();
      const { code, text, times, nextAtMs } = this.#parts.mishaps.note(id, (storageFailure(cause) ?? asConsiliumError(cause)).code, nowMs);
      log.error('The run could not be looked at; trying again.', { times, seconds: Math.round((nextAtMs - nowMs) / 1000) }, cause);
      this.#tell(id, 'run-retrying', { code, text, times });
      this.#wakeAt(id, nextAtMs);
    }
  }

  /** Tells once of a run that has become stuck. @returns when it will be, if nothing moves */
  async #watchOver(run: Run): Promise<number> {
    const nowMs = this.#parts.clock.nowMs();
    const hindrance = await this.#parts.waits.of(run, nowMs);
    if (!hindrance) {
      this.#stuckSince.delete(run.id);
      return Infinity;
    }
    const { sites, sinceMs, stuckAtMs } = hindrance;
    if (nowMs < stuckAtMs) return stuckAtMs;
    if (this.#stuckSince.get(run.id) !== sinceMs) this.#tell(run.id, 'run-stuck', { since: new Date(sinceMs).toISOString(), sites: sites.map(({ site, task }) => ({ site, task })) });
    this.#stuckSince.set(run.id, sinceMs);
    return Infinity;
  }

  async #step(run: Run): Promise<{ step: Step; round: Round | undefined }> {
    const conducting = await this.#conducting(run);
    if (run.state === 'KEYING') return { step: await awaitGroupKey(conducting), round: undefined };
    const round = await this.#parts.store.read.rounds.newest(run.id);
    if (!round || round.state === 'PLANNED' || round.state === 'PUBLISHED' || isClosingEvaluation(conducting, round)) return { step: await openRound(conducting, round), round };
    return { step: await roundSteps[round.state](conducting, round), round };
  }

  async #conducting(run: Run): Promise<Conducting> {
    const { federation, store, payloads, spools, sums, clock, startedAtMs, contexts } = this.#parts;
    const context = await contexts.of(run.study);
    const tell = (event: string, detail = {}) => this.#tell(run.id, event, detail);
    return { federation, store, payloads, spools, sums, clock, startedAtMs, run, context, tell };
  }

  /** A run that ended with a round under way abandons it. */
  async #afterEnd(run: Run): Promise<Step> {
    const round = await this.#parts.store.read.rounds.newest(run.id);
    this.#parts.onEnded(run.id);
    if (!round) return 'waiting';
    this.#parts.sums.discard(round.id);
    await this.#parts.spools.discard(round.id);
    if (hasEnded(round.state)) return 'waiting';
    await this.#parts.store.transaction((tables) =>
      moveRound(tables, round, 'ABANDONED', { atMs: this.#parts.clock.nowMs(), change: { reason: run.reason } }),
    );
    this.#tell(run.id, 'round-abandoned', { round: round.number, reason: run.reason });
    return 'waiting';
  }

  async #fail(id: string, reason: string): Promise<void> {
    const atMs = this.#parts.clock.nowMs();
    const failed = await this.#parts.store.transaction(async ({ runs, audit }) => {
      const run = await runs.find(id);
      if (!run || hasRunEnded(run)) return undefined;
      const restore = await newestRestore(audit);
      const restored = restore && run.startedAtMs < restore.atMs ? ` The coordinator was restored from a backup of ${restore.takenAt} while the run was under way: start another one.` : '';
      await runs.update(id, { state: 'FAILED', reason: reason + restored, endedAtMs: atMs });
      await audit.append({ atMs, actor: 'coordinator', action: 'run failed', subject: id, detail: { reason: reason + restored } });
      return reason + restored;
    });
    if (failed === undefined) return;
    this.#tell(id, 'run-failed', { reason: failed });
    this.wake(id);
  }

  #tell(run: string, event: string, detail: Record<string, unknown> = {}): void {
    this.#parts.events.publish({ run, at: isoTime(this.#parts.clock), event, ...detail } satisfies RunEvent);
  }

  #wakeAt(id: string, atMs: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (atMs === Infinity || this.#closed) return;
    const delayMs = Math.min(Math.max(0, atMs - this.#parts.clock.nowMs()), 2 ** 31 - 1);
    this.#timers.set(id, setTimeout(() => this.wake(id), delayMs));
  }
}

/** The run's last evaluation is worth having, and not worth the trained model. */
function isClosingEvaluation({ context }: Conducting, { state, number, purpose }: Round): boolean {
  return state === 'ABANDONED' && purpose === 'evaluation' && number === context.schedule.length - 1;
}

/** What is done for a round in each state in which something can be done. */
const roundSteps: Readonly<Record<Exclude<RoundState, 'PLANNED' | 'PUBLISHED'>, (conducting: Conducting, round: Round) => Promise<Step>>> = {
  OPEN: closeRound,
  COLLECTING: closeRound,
  CLOSING: closeRound,
  AGGREGATED: agreeRound,
  DECRYPTING: decryptRound,
  VERIFIED: publishRound,
  ABANDONED: (_conducting, round) => {
    throw new ConsiliumError('round-abandoned', round.reason);
  },
};
