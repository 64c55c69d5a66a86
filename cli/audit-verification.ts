import { z } from 'zod';
import { moment } from '../shared/command-line/quantities.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { auditEventResource, auditHeadFromResource, auditHeadResource, auditPageMaxCount } from '../shared/http-api/audit-resource.ts';
import { federationResource } from '../shared/http-api/federation-resource.ts';
import { emptyAuditHead, followedBy, type AuditHead, type ChainedAuditEvent } from '../shared/statements/audit-event.ts';
import { isSignedAuditHead, type SignedAuditHead } from '../shared/statements/audit-head.ts';
import { equalBytes } from '../shared/statements/digest.ts';
import type { CoordinatorClient } from './coordinator-client.ts';

/** Events come unread: one that was altered may have another form, and that is damage too. */
const rawEvents = z.object({ events: z.array(z.unknown()) });

/**
 * Reads the whole audit log and computes its chain anew, up to the head that the coordinator signs now.
 *
 * @param earlier a head from an earlier time: the log has to begin with everything that it names
 * @param onProgress told how many events of how many are checked
 * @returns the head of now
 * @throws ConsiliumError `audit-log-damaged`, which names the first event that is wrong, and `audit-head-refused`
 */
export async function verifyAuditLog(client: CoordinatorClient, earlier: SignedAuditHead | undefined, onProgress: (checked: number, total: number) => void): Promise<SignedAuditHead> {
  const head = auditHeadFromResource(await client.get('/audit/head', auditHeadResource));
  const { id, signingKey } = await client.get('/federation', federationResource);
  requireSigned(head, id, Buffer.from(signingKey, 'hex'));
  if (earlier) requireSigned(earlier, id, head.signingKey);
  if (earlier && earlier.sequence > head.sequence) {
    throw new ConsiliumError('audit-log-damaged', `Event ${head.sequence + 1} is missing: the log ends before it, and the head of ${moment(earlier.signedAtMs)} names event ${earlier.sequence}.`);
  }
  let checked: AuditHead = emptyAuditHead;
  while (checked.sequence < head.sequence) {
    const { events } = await client.get(`/audit?after=${checked.sequence}&limit=${auditPageMaxCount}`, rawEvents);
    if (events.length === 0) throw new ConsiliumError('audit-log-damaged', `Event ${checked.sequence + 1} is missing: the log ends before it, and its signed head names event ${head.sequence}.`);
    for (const event of events.slice(0, head.sequence - checked.sequence)) {
      checked = followedBy(checked, readEvent(event, checked.sequence + 1));
      if (checked.sequence === earlier?.sequence && checked.hash !== earlier.hash) {
        throw new ConsiliumError('audit-log-damaged', `The history up to event ${earlier.sequence} was written anew: it is not the one that the head of ${moment(earlier.signedAtMs)} names.`);
      }
    }
    onProgress(checked.sequence, head.sequence);
  }
  if (checked.hash !== head.hash) throw new ConsiliumError('audit-log-damaged', `Event ${head.sequence} is not the one that the signed head names.`);
  return head;
}

function requireSigned(head: SignedAuditHead, federation: string, signingKey: Uint8Array): void {
  const of = `It is the one of ${moment(head.signedAtMs)}`;
  if (!isSignedAuditHead(head)) throw new ConsiliumError('audit-head-refused', `${of}, and its signature does not verify.`);
  if (head.federation !== federation) throw new ConsiliumError('audit-head-refused', `${of}, and it is of another federation.`);
  if (!equalBytes(head.signingKey, signingKey)) throw new ConsiliumError('audit-head-refused', `${of}, and it is signed with another key than the coordinator's of now.`);
}

function readEvent(event: unknown, sequence: number): ChainedAuditEvent {
  const parsed = auditEventResource.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new ConsiliumError('audit-log-damaged', `Event ${sequence} does not have the form of an event any more.`);
}
