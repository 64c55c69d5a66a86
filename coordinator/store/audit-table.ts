import type { AuditEvent, AuditLog, RecordedAuditEvent } from '../audit/audit-log.ts';
import type { Database } from './database.ts';

export class AuditTable implements AuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async append(event: AuditEvent): Promise<void> {
    await this.#database
      .insertInto('auditEvent')
      .values({ ...event, detail: JSON.stringify(event.detail) })
      .execute();
  }

  async list(afterSequence: number, limit: number): Promise<RecordedAuditEvent[]> {
    const rows = await this.#database
      .selectFrom('auditEvent')
      .selectAll()
      .where('sequence', '>', afterSequence)
      .orderBy('sequence')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
  }
}
