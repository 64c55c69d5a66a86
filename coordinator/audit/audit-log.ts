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

/** Append-only. An event is appended in the transaction of the change that it tells of. */
export interface AuditLog {
  append(event: AuditEvent): Promise<void>;
  /** Events after `afterSequence`, oldest first. */
  list(afterSequence: number, limit: number): Promise<RecordedAuditEvent[]>;
}
