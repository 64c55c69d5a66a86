import type { AuditHead, ChainedAuditEvent } from '../../shared/statements/audit-event.ts';

/** One decision of the coordinator. `detail` is public to auditors: no secrets, no values from patient rows. */
export interface AuditEvent {
  readonly atMs: number;
  /** Who caused it: the name of a person's or machine's access, `local operator`, `coordinator`, `site <name>`, or `unknown`. */
  readonly actor: string;
  /** What was done, as noun and participle: `site enrolled`, `round opened`. */
  readonly action: string;
  /** The name of the thing it was done to. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface RecordedAuditEvent extends AuditEvent {
  /** Grows by one with every event, without gaps. */
  readonly sequence: number;
}

/** Which events are looked for; all conditions have to hold. */
export interface AuditQuery {
  /** The events that follow this one. Without it, the newest. */
  readonly after?: number;
  readonly limit: number;
  readonly sinceMs?: number;
  readonly actor?: string;
  readonly action?: string;
  /** With what belongs to it: a run's rounds too. */
  readonly subject?: string;
}

/** Append-only. An event is appended in the transaction of the change that it tells of, and holds the hash of the one before. */
export interface AuditLog {
  append(event: AuditEvent): Promise<void>;
  /** Names the last event; `{ sequence: 0, hash: '' }` while there is none. */
  head(): Promise<AuditHead>;
  /** Events after `afterSequence`, oldest first. */
  list(afterSequence: number, limit: number): Promise<RecordedAuditEvent[]>;
  /** Events as they are chained, oldest first. */
  find(query: AuditQuery): Promise<ChainedAuditEvent[]>;
}
