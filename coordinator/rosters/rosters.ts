import { isoTime, type Clock } from '../../shared/clock.ts';
import { keyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import { rosterHash, type SignedRoster } from '../../shared/statements/roster.ts';
import type { Studies } from '../studies/studies.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { assertFitsStudy, assertFollows } from './roster-checks.ts';
import type { RecordedRoster } from './roster-store.ts';
import type { RosterTables } from './roster-tables.ts';
import type { StudyEvents } from './study-events.ts';

/** Who the members of studies are, as the data-science team signed it. The coordinator relays rosters and can make none. */
export class Rosters {
  readonly #store: UnitOfWork<RosterTables>;
  readonly #studies: Studies;
  readonly #federation: string;
  readonly #events: StudyEvents;
  readonly #clock: Clock;
  readonly #onSubmitted: () => void;

  constructor(parts: {
    store: UnitOfWork<RosterTables>;
    studies: Studies;
    federation: string;
    events: StudyEvents;
    clock: Clock;
    /** Called after a new version: its members have something to decide. */
    onSubmitted: () => void;
  }) {
    this.#store = parts.store;
    this.#studies = parts.studies;
    this.#federation = parts.federation;
    this.#events = parts.events;
    this.#clock = parts.clock;
    this.#onSubmitted = parts.onSubmitted;
  }

  /**
   * Keeps a study's next roster. The study's lead key is fixed by its first one. Submitting the newest again changes nothing.
   * @throws study-not-found, signature-invalid, roster-invalid with all problems, sites-missing, member-key-mismatch,
   *   lead-key-changed, roster-out-of-date
   */
  async submit(roster: SignedRoster, actor: string): Promise<RecordedRoster> {
    const study = await this.#studies.get(roster.study);
    const recorded: RecordedRoster = { hash: rosterHash(roster), roster, submittedAtMs: this.#clock.nowMs() };
    const kept = await this.#store.transaction(async ({ rosters, sites, audit }) => {
      assertFitsStudy(roster, { study, federation: this.#federation, sites: await sites.list() });
      const newest = await rosters.newest(study.name);
      if (newest?.hash === recorded.hash) return newest;
      assertFollows(roster, newest?.roster);
      await rosters.insert(recorded);
      const detail = { ...describe(recorded), planHash: roster.planHash, previousHash: roster.previousHash, leadKey: keyFingerprint(roster.leadKey).hex };
      await audit.append({ atMs: recorded.submittedAtMs, actor, action: 'roster signed', subject: study.name, detail });
      return recorded;
    });
    if (kept !== recorded) return kept;
    this.#events.publish({ study: study.name, at: isoTime(this.#clock), event: 'roster-signed', ...describe(recorded) });
    this.#onSubmitted();
    return recorded;
  }

  /** All versions of a study's roster, oldest first. @throws study-not-found */
  async list(study: string): Promise<RecordedRoster[]> {
    const { name } = await this.#studies.get(study);
    return this.#store.read.rosters.list(name);
  }
}

function describe({ hash, roster }: RecordedRoster): { version: number; rosterHash: string; members: string[] } {
  return { version: roster.version, rosterHash: hash, members: roster.members.map(({ site }) => site) };
}
