import { ConsiliumError } from '../errors/consilium-error.ts';
import { sha256Hex } from './digest.ts';
import { encodeStatement } from './statement.ts';

/** An event of the coordinator's audit log as it is stored, bound to everything before it. */
export interface ChainedAuditEvent {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly atMs: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** JSON text, byte for byte as it was hashed. */
  readonly detail: string;
  /** Hash of the event before; empty for the first. */
  readonly previousHash: string;
  /** SHA-256 over the canonical statement of everything above, hex. */
  readonly hash: string;
}

/** Names the last event of a log, and with it every event before. */
export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
}

/** Of a log without events. */
export const emptyAuditHead: AuditHead = { sequence: 0, hash: '' };

export function auditEventHash(event: Omit<ChainedAuditEvent, 'hash'>): string {
  return sha256Hex(
    encodeStatement('consilium/audit-event/v1', [
      ['sequence', event.sequence],
      ['at-ms', event.atMs],
      ['actor', event.actor],
      ['action', event.action],
      ['subject', event.subject],
      ['detail', event.detail],
      ['previous-hash', event.previousHash],
    ]),
  );
}

/**
 * The head of a log after one more event.
 * @throws audit-log-damaged when the event does not follow the head, or is not what was hashed
 */
export function followedBy(head: AuditHead, event: ChainedAuditEvent): AuditHead {
  const expected = head.sequence + 1;
  if (event.sequence !== expected) throw new ConsiliumError('audit-log-damaged', `Event ${expected} is missing: event ${event.sequence} stands in its place.`);
  if (event.previousHash !== head.hash) throw new ConsiliumError('audit-log-damaged', `Event ${expected} was made after another event ${head.sequence} than the one that is there.`);
  if (auditEventHash(event) !== event.hash) throw new ConsiliumError('audit-log-damaged', `Event ${expected} ("${event.action}") was changed after it was written.`);
  return { sequence: expected, hash: event.hash };
}
