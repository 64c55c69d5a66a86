import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { rosterHash } from '../../shared/statements/roster.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import { studyDecisionDomain, studyDecisionFields, type StudyDecision } from '../../shared/statements/study-decision.ts';
import type { StudyProposal } from '../assignments/assignment.ts';
import type { CoordinatorLink } from '../link/coordinator-link.ts';

export interface ProposalTools {
  readonly site: string;
  readonly signingKey: KeyObject;
  readonly link: Pick<CoordinatorLink, 'decide'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Decides about a proposal and tells the coordinator, signed. */
export async function considerProposal({ study, planHash, roster }: StudyProposal, { site, signingKey, link, clock, signal }: ProposalTools): Promise<void> {
  const decision: StudyDecision = {
    federation: roster.federation,
    study,
    planHash,
    rosterHash: rosterHash(roster),
    site,
    decision: 'approved',
    decidedBy: 'person',
    code: '',
    decidedAtMs: clock.nowMs(),
  };
  await link.decide({ ...decision, signature: signStatement(signingKey, studyDecisionDomain, studyDecisionFields(decision)) }, signal);
}
