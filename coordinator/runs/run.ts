import type { RunParameters } from '../../shared/studies/run-parameters.ts';

/** States of a run. The last three are final. */
export const runStates = {
  /** Members make and share the epoch's group key. */
  KEYING: { ended: false },
  /** Rounds are held. */
  RUNNING: { ended: false },
  /** Every round of the schedule is published. */
  COMPLETED: { ended: true },
  /** A person stopped it. */
  STOPPED: { ended: true },
  /** It cannot go on; the reason says why. */
  FAILED: { ended: true },
} as const;

export type RunState = keyof typeof runStates;

/** One execution of a study's plan. */
export interface Run {
  /** The study's name and a number: `heart-disease-3`; after a restore from a backup also when that was: `heart-disease-3-rt3k2x1`. */
  readonly id: string;
  readonly study: string;
  readonly state: RunState;
  /** Why it stopped or failed; empty otherwise. */
  readonly reason: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** Results of statistics rounds that later rounds build on. */
  readonly parameters: RunParameters;
}

export interface RunStore {
  find(id: string): Promise<Run | undefined>;
  list(study?: string): Promise<Run[]>;
  /** Runs that have not ended, in the order of their epochs: a site refuses an epoch that comes after a later one. */
  active(): Promise<Run[]>;
  insert(run: Run): Promise<void>;
  update(id: string, change: Partial<Omit<Run, 'id' | 'study'>>): Promise<void>;
}

export function hasRunEnded(run: Run): boolean {
  return runStates[run.state].ended;
}
