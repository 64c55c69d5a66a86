import { ConsiliumError } from '../../errors/consilium-error.ts';
import { verifyStatement } from '../../statements/signature.ts';
import { studyDecisionDomain, studyDecisionFields } from '../../statements/study-decision.ts';
import type { DecisionRecord } from '../decision-record.ts';
import type { EvidenceDocuments } from '../evidence-documents.ts';
import { membersOf } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const approvals: EvidenceCheck = {
  name: 'approvals',
  proves: 'Every member site signed that it approves this study, with this plan and this roster, and took that back, if it did, only after the run had begun.',
  check({ documents }) {
    let approved = 0;
    for (const epoch of documents['epochs.json']) {
      for (const { site, signingKey } of membersOf(documents, epoch) ?? []) {
        const decisions = documents['decisions.json'].filter((made) => made.site === site && made.rosterHash === epoch.rosterHash);
        for (const decision of decisions) assertSigned(decision, signingKey, documents);
        assertApproved(site, epoch.number, decisions, beginning(documents));
        approved++;
      }
    }
    return `${approved} signed approvals`;
  },
};

/** When the run began, as the log has it. */
function beginning({ 'audit.json': { events }, 'run.json': { run, startedAtMs } }: EvidenceDocuments): number {
  const started = events.find(({ action, subject }) => action === 'run started' && subject === run);
  if (started?.atMs !== startedAtMs) throw new ConsiliumError('evidence-refuted', 'The log has another start of the run.');
  return startedAtMs;
}

function assertSigned(decision: DecisionRecord, signingKey: Uint8Array, { 'run.json': { federation, study, planHash } }: EvidenceDocuments): void {
  const fields = studyDecisionFields({ ...decision, federation: federation.id, study });
  if (decision.planHash !== planHash || !verifyStatement(signingKey, studyDecisionDomain, fields, Buffer.from(decision.signature, 'base64'))) {
    throw new ConsiliumError('evidence-refuted', `The decision of ${decision.site} is about another plan, or its signature does not verify.`);
  }
}

/** A member may join while the run goes on: it approves later than the run began. */
function assertApproved(site: string, epoch: number, decisions: readonly DecisionRecord[], startedAtMs: number): void {
  const inOrder = decisions.toSorted((left, right) => left.decidedAtMs - right.decidedAtMs);
  if (!inOrder.some(({ decision }) => decision === 'approved')) throw new ConsiliumError('evidence-refuted', `${site} did not approve the roster of epoch ${epoch}.`);
  const before = inOrder.findLast(({ decidedAtMs }) => decidedAtMs < startedAtMs);
  if (before && before.decision !== 'approved' && !inOrder.some(({ decision, decidedAtMs }) => decision === 'approved' && decidedAtMs >= startedAtMs)) {
    throw new ConsiliumError('evidence-refuted', `${site} did not approve: ${before.decision} ${before.code}`.trimEnd());
  }
}
