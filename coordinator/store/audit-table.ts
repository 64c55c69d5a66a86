import { sql } from 'kysely';
import { auditEventHash, emptyAuditHead, type AuditHead, type ChainedAuditEvent } from '../../shared/statements/audit-event.ts';
import type { AuditEvent, AuditLog, AuditQuery, RecordedAuditEvent } from '../audit/audit-log.ts';
import type { Database } from './database.ts';

export class AuditTable implements AuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The transaction holds the writer's place since it began, so nobody appends between the head and this. */
  async append({ atMs, actor, action, subject, detail }: AuditEvent): Promise<void> {
    const { sequence, hash: previousHash } = await this.head();
    const event = {
      sequence: sequence + 1,
      atMs,
      actor: actor.toWellFormed(),
      action: action.toWellFormed(),
      subject: subject.toWellFormed(),
      detail: JSON.stringify(detail),
      previousHash,
    };
    await this.#database
      .insertInto('auditEvent')
      .values({ ...event, hash: auditEventHash(event) })
      .execute();
  }

  async head(): Promise<AuditHead> {
    const last = await this.#database.selectFrom('auditEvent').select(['sequence', 'hash']).orderBy('sequence', 'desc').limit(1).executeTakeFirst();
    return last ?? emptyAuditHead;
  }

  async list(afterSequence: number, limit: number): Promise<RecordedAuditEvent[]> {
    const events = await this.find({ after: afterSequence, limit });
    return events.map(({ previousHash: _previous, hash: _hash, detail, ...event }) => ({ ...event, detail: JSON.parse(detail) as Record<string, unknown> }));
  }

  async find({ after, limit, sinceMs, actor, action, subject }: AuditQuery): Promise<ChainedAuditEvent[]> {
    let query = this.#database.selectFrom('auditEvent').selectAll().limit(limit);
    if (sinceMs !== undefined) query = query.where('atMs', '>=', sinceMs);
    if (actor !== undefined) query = query.where('actor', '=', actor);
    if (action !== undefined) query = query.where('action', '=', action);
    if (subject !== undefined) query = query.where((is) => is.or([is('subject', '=', subject), is(sql<string>`substr(subject, 1, length(${`${subject}.`}))`, '=', `${subject}.`)]));
    if (after !== undefined) return query.where('sequence', '>', after).orderBy('sequence').execute();
    return (await query.orderBy('sequence', 'desc').execute()).reverse();
  }
}
