import { ConsiliumError } from '../../errors/consilium-error.ts';
import { verifyStatement } from '../../statements/signature.ts';
import { studyDecisionDomain, studyDecisionFields } from '../../statements/study-decision.ts';
import { membersOf } from '../round-evidence.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const approvals: EvidenceCheck = {
  name: 'approvals',
  proves: 'Every member site signed that it takes part in this study, with this plan and this roster, or that it withdrew only after the run had begun.',
  check({ documents }) {
    const { federation, study, planHash, startedAtMs } = documents['run.json'];
    let approved = 0;
    for (const epoch of documents['epochs.json']) {
      for (const { site, signingKey } of membersOf(documents, epoch) ?? []) {
        const decision = documents['decisions.json'].find((made) => made.site === site && made.rosterHash === epoch.rosterHash);
        if (!decision) throw new ConsiliumError('evidence-refuted', `There is no decision of ${site} about the roster of epoch ${epoch.number}.`);
        const fields = studyDecisionFields({ ...decision, federation: federation.id, study });
        if (decision.planHash !== planHash || !verifyStatement(signingKey, studyDecisionDomain, fields, Buffer.from(decision.signature, 'base64'))) {
          throw new ConsiliumError('evidence-refuted', `The decision of ${site} is about another plan, or its signature does not verify.`);
        }
        if (decision.decision === 'refused' || (decision.decision === 'withdrawn' && decision.decidedAtMs < startedAtMs)) {
          throw new ConsiliumError('evidence-refuted', `${site} did not approve: ${decision.decision} ${decision.code}`.trimEnd());
        }
        approved++;
      }
    }
    return `${approved} signed decisions`;
  },
};
