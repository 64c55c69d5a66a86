import type { Clock } from '../../shared/clock.ts';
import type { RunningSums } from '../aggregation/running-sums.ts';
import type { Spools } from '../contributions/spools.ts';
import type { Payloads } from '../payloads.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { RunContext } from './run-context.ts';
import type { RunTables } from './run-tables.ts';
import type { Run } from './run.ts';

/** What a step of a run may use. */
export interface Conducting {
  /** Id of the federation. */
  readonly federation: string;
  readonly store: UnitOfWork<RunTables>;
  readonly payloads: Payloads;
  readonly spools: Spools;
  readonly sums: RunningSums;
  readonly clock: Clock;
  /** When the coordinator started: what sites could not do while it was down is not held against them. */
  readonly startedAtMs: number;
  readonly run: Run;
  readonly context: RunContext;
  /** Publishes a live event. */
  tell(event: string, detail?: Record<string, unknown>): void;
}

/** The outcome of looking at a run: something moved (look again), or nothing can move before an event or before a time. */
export type Step = 'moved' | 'waiting' | { readonly waitUntilMs: number };
