import { isoTime, type Clock } from '../../shared/clock.ts';
import { catalogue } from '../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { membershipOf } from '../runs/membership.ts';
import type { RunEvents } from '../runs/run-events.ts';
import type { RunTables } from '../runs/run-tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Records that a site will not or cannot do a piece of work. */
export class Declines {
  readonly #store: UnitOfWork<RunTables>;
  readonly #events: RunEvents;
  readonly #clock: Clock;

  constructor(store: UnitOfWork<RunTables>, events: RunEvents, clock: Clock) {
    this.#store = store;
    this.#events = events;
    this.#clock = clock;
  }

  /** A repetition changes nothing. @throws invalid-request when the code is not one of the catalogue, not-a-member, run-ended */
  async record(site: string, run: string, assignment: string, code: string): Promise<void> {
    if (!Object.hasOwn(catalogue, code)) throw new ConsiliumError('invalid-request', 'The reason is not a code of the error catalogue.');
    await membershipOf(this.#store.read, run, site);
    const atMs = this.#clock.nowMs();
    const recorded = await this.#store.transaction(async ({ rounds, audit }) => {
      if ((await rounds.declines(run)).some((known) => known.site === site && known.assignment === assignment)) return false;
      await rounds.decline({ run, site, assignment, code, atMs });
      await audit.append({ atMs, actor: `site ${site}`, action: 'work declined', subject: run, detail: { assignment, code } });
      return true;
    });
    if (recorded) this.#events.publish({ run, at: isoTime(this.#clock), event: 'work-declined', site, assignment, code });
  }
}
