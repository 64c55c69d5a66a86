import type { StatementFields } from './statement.ts';

/** What a hospital said about a study with this plan and this roster. */
export interface StudyDecision {
  readonly federation: string;
  readonly study: string;
  readonly planHash: string;
  readonly rosterHash: string;
  readonly site: string;
  readonly decision: 'approved' | 'refused' | 'withdrawn';
  /** Whether the hospital's policy file or a person decided; who the person is stays at the hospital. */
  readonly decidedBy: 'policy' | 'person';
  /** Why it was refused: a code of the error catalogue; empty otherwise. */
  readonly code: string;
  readonly decidedAtMs: number;
}

export interface SignedStudyDecision extends StudyDecision {
  /** Ed25519 by the site. */
  readonly signature: Uint8Array;
}

export const studyDecisionDomain = 'consilium/study-decision/v1';

/** What the site signs with its identity. */
export function studyDecisionFields(decision: StudyDecision): StatementFields {
  return [
    ['federation', decision.federation],
    ['study', decision.study],
    ['plan-hash', decision.planHash],
    ['roster-hash', decision.rosterHash],
    ['site', decision.site],
    ['decision', decision.decision],
    ['decided-by', decision.decidedBy],
    ['code', decision.code],
    ['decided-at-ms', decision.decidedAtMs],
  ];
}
