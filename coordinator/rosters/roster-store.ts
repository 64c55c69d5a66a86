import type { SignedRoster } from '../../shared/statements/roster.ts';

/** A version of a study's roster; it never changes. */
export interface RecordedRoster {
  readonly hash: string;
  readonly roster: SignedRoster;
  readonly submittedAtMs: number;
}

export interface RosterStore {
  find(study: string, hash: string): Promise<RecordedRoster | undefined>;
  newest(study: string): Promise<RecordedRoster | undefined>;
  /** All versions, oldest first. */
  list(study: string): Promise<RecordedRoster[]>;
  /** Newest rosters that name the site and about which it has not decided. */
  undecided(site: string): Promise<RecordedRoster[]>;
  insert(roster: RecordedRoster): Promise<void>;
}
