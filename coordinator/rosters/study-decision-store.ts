import type { SignedStudyDecision } from '../../shared/statements/study-decision.ts';

export interface StudyDecisionStore {
  /** The last one of each site about a roster, by site. */
  list(study: string, rosterHash: string): Promise<SignedStudyDecision[]>;
  /** All of them, each site's in the order in which it made them. */
  history(study: string, rosterHash: string): Promise<SignedStudyDecision[]>;
  /** Adds the decision, unless it is there. */
  save(decision: SignedStudyDecision): Promise<void>;
}
