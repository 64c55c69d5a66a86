import { ConsiliumError } from '../../errors/consilium-error.ts';
import { auditHeadFromResource } from '../../http-api/audit-resource.ts';
import { emptyAuditHead, followedBy } from '../../statements/audit-event.ts';
import { isSignedAuditHead } from '../../statements/audit-head.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const auditChain: EvidenceCheck = {
  name: 'audit chain',
  proves: "The coordinator's log from the run's start to its end is unbroken, and the coordinator signed its last event.",
  check({ documents }) {
    const { run, federation } = documents['run.json'];
    const { events, head } = documents['audit.json'];
    const first = events[0];
    if (first?.action !== 'run started' || first.subject !== run) throw new ConsiliumError('evidence-refuted', 'The log does not begin with the start of the run.');
    const before = first.sequence === 1 ? emptyAuditHead : { sequence: first.sequence - 1, hash: first.previousHash };
    const last = events.reduce(followedBy, before);
    if (last.sequence !== head.sequence || last.hash !== head.hash) throw new ConsiliumError('evidence-refuted', `The signed head names event ${head.sequence}, and the log ends otherwise.`);
    if (head.federation !== federation.id || head.signingKey !== federation.signingKey) throw new ConsiliumError('evidence-refuted', 'The head of the log is signed by another coordinator than that of the run.');
    if (!isSignedAuditHead(auditHeadFromResource(head))) throw new ConsiliumError('evidence-refuted', 'The signature of the head of the log does not verify.');
    return `events ${first.sequence} to ${head.sequence}`;
  },
};
