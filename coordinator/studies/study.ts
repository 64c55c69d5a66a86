import type { StudyPlan } from '../../shared/studies/plan.ts';

/** A submitted plan; it never changes. */
export interface Study {
  readonly name: string;
  /** SHA-256 of the plan's bytes, hex. */
  readonly planHash: string;
  /** UTF-8 JSON, byte for byte as it was submitted: what sites approve and hashes name. */
  readonly planJson: Uint8Array;
  readonly submittedAtMs: number;
}

export interface StudyStore {
  find(name: string): Promise<Study | undefined>;
  list(): Promise<Study[]>;
  insert(study: Study): Promise<void>;
}

/** A study with its plan read. */
export interface ReadStudy extends Study {
  readonly plan: StudyPlan;
}
