import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { AuditLog } from './audit-log.ts';

/** A call of a site, or of somebody who wants to be one, that was turned away. */
export interface RefusedCall {
  /** Name of the enrolled site; nothing for a stranger. */
  readonly site: string | undefined;
  /** Of the network. */
  readonly address: string;
  /** What was asked for, as a noun: `contribution`. */
  readonly call: string;
  /** What it concerned, as the caller says; empty when it said nothing. */
  readonly subject: string;
  readonly error: ConsiliumError;
}

const windowMs = 60_000;
/** Events a minute for each site, and for all strangers together: nobody fills the disk with refusals. */
const eventsPerWindow = 60;
const detailMaxLength = 300;
/** Callers beyond it are limited without a word in the log, until the minute is over. */
const limitedMaxCount = 60;
/** Of runs, rounds, studies and sites. */
const nameForm = /^[\w.-]{1,100}$/;

/** What one caller was refused in one minute. */
interface Window {
  readonly endsAtMs: number;
  recorded: number;
  leftOut: number;
  timer?: NodeJS.Timeout;
}

/** Writes into the audit log which calls were refused, to whom and why; of a flood the beginning, and how much was left out. */
export class RefusedCalls implements AsyncDisposable {
  readonly #store: UnitOfWork<{ readonly audit: AuditLog }>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #count: (refusal: Pick<RefusedCall, 'call' | 'error'>) => void;
  readonly #windows = new Map<string, Window>();
  readonly #limited = new Map<string, number>();
  #limitTimer: NodeJS.Timeout | undefined;

  /** @param parts.count called for every refusal, also for those of which no event is written */
  constructor(parts: { store: UnitOfWork<{ readonly audit: AuditLog }>; clock: Clock; log: Logger; count: (refusal: Pick<RefusedCall, 'call' | 'error'>) => void }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#count = parts.count;
  }

  /**
   * Resolves when the event is durable or was left out. That the log cannot be written to does not change the answer
   * that the caller gets. A failure that may pass, or that is the coordinator's own, is no refusal.
   */
  async record(refusal: RefusedCall): Promise<void> {
    const { site, address, call, subject, error } = refusal;
    if (error.entry.retryable || error.code === 'internal' || error.code === 'cancelled') return;
    this.#count(refusal);
    const actor = site === undefined ? 'stranger' : `site ${site}`;
    const window = await this.#window(actor);
    if (window.recorded === eventsPerWindow) {
      window.leftOut++;
      window.timer ??= setTimeout(() => void this.#close(actor, window), window.endsAtMs - this.#clock.nowMs()).unref();
      return;
    }
    window.recorded++;
    if (site === undefined) this.#log.warn('A stranger was refused.', { call, subject, address, code: error.code, detail: error.detail });
    const detail = { code: error.code, detail: error.detail.slice(0, detailMaxLength), address };
    await this.#append(actor, `${call} refused`, nameForm.test(subject) ? subject : '', detail);
  }

  /**
   * Counts a call that was one more than its caller may make. The log is told of the first one and, at the end of each
   * minute, how many there were.
   * @param caller as far as the connection tells: `certificate <fingerprint>` or `address <address>`
   */
  limited(caller: string, call: string): void {
    this.#count({ call, error: new ConsiliumError('too-many-requests') });
    const counted = this.#limited.get(caller);
    if (counted !== undefined) return void this.#limited.set(caller, counted + 1);
    if (this.#limited.size >= limitedMaxCount) return;
    this.#limited.set(caller, 0);
    void this.#append('coordinator', 'calls limited', '', { caller, call });
    this.#limitTimer ??= setTimeout(() => void this.#tellLimited(), windowMs).unref();
  }

  async #tellLimited(): Promise<void> {
    clearTimeout(this.#limitTimer);
    this.#limitTimer = undefined;
    const counted = [...this.#limited].filter(([, more]) => more > 0);
    this.#limited.clear();
    for (const [caller, more] of counted) await this.#append('coordinator', 'calls limited', '', { caller, more });
  }

  /** Tells what was left out of minutes that have not ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tellLimited();
    await Promise.all([...this.#windows].map(([actor, window]) => this.#close(actor, window)));
  }

  async #window(actor: string): Promise<Window> {
    const present = this.#windows.get(actor);
    const nowMs = this.#clock.nowMs();
    if (present && nowMs < present.endsAtMs) return present;
    const window = { endsAtMs: nowMs + windowMs, recorded: 0, leftOut: 0 };
    this.#windows.set(actor, window);
    if (present) await this.#close(actor, present);
    return window;
  }

  async #close(actor: string, window: Window): Promise<void> {
    clearTimeout(window.timer);
    if (this.#windows.get(actor) === window) this.#windows.delete(actor);
    const { leftOut } = window;
    window.leftOut = 0;
    if (leftOut > 0) await this.#append(actor, 'refusals left out', '', { leftOut, eventsPerMinute: eventsPerWindow });
  }

  async #append(actor: string, action: string, subject: string, detail: Record<string, unknown>): Promise<void> {
    try {
      await this.#store.transaction(({ audit }) => audit.append({ atMs: this.#clock.nowMs(), actor, action, subject, detail }));
    } catch (cause) {
      this.#log.error('A refusal could not be written into the audit log.', { actor, action }, cause);
    }
  }
}
