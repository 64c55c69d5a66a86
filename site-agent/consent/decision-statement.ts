import { sha256Hex } from '../../shared/statements/digest.ts';
import { encodeStatement } from '../../shared/statements/statement.ts';
import { studyDecisionDomain, studyDecisionFields, type StudyDecision } from '../../shared/statements/study-decision.ts';
import type { Decision } from './decisions.ts';
import type { RosterIdentity } from './proposed-roster.ts';

/** A decision as the coordinator is told it: without the person's name. */
export function decisionStatement({ federation, site }: RosterIdentity, { study, planHash, rosterHash, decision, decidedBy, code, decidedAtMs }: Decision): StudyDecision {
  return { federation, study, planHash, rosterHash, site, decision, decidedBy, code, decidedAtMs };
}

/** SHA-256 of the canonical statement, hex: names the decision under which something was done. */
export function decisionHash(own: RosterIdentity, decision: Decision): string {
  return sha256Hex(encodeStatement(studyDecisionDomain, studyDecisionFields(decisionStatement(own, decision))));
}
