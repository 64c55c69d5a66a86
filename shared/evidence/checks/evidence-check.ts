import type { Evidence } from '../evidence.ts';
import type { ReplayedRound } from '../replay.ts';

/** One thing that the evidence of a run shows. */
export interface EvidenceCheck {
  readonly name: string;
  /** In one sentence, for whoever reads the evidence. */
  readonly proves: string;
  /**
   * @param replayed what every published round comes to when it is computed anew; computed at the first call
   * @returns what was looked at, in a few words
   * @throws evidence-refuted
   */
  check(evidence: Evidence, replayed: () => Promise<readonly ReplayedRound[]>): string | Promise<string>;
}
