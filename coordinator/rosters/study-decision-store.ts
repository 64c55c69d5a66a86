import type { SignedStudyDecision } from '../../shared/statements/study-decision.ts';

export interface StudyDecisionStore {
  /** Of one roster, by site. */
  list(study: string, rosterHash: string): Promise<SignedStudyDecision[]>;
  /** Adds the decision, or replaces the site's earlier one about the same roster. */
  save(decision: SignedStudyDecision): Promise<void>;
}
